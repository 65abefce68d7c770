"""Cancelling: wherever a call waits, it ends with the exception, and takes its instance with it and nothing else."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from subprocess import CompletedProcess
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store, Trap
from waiting_host import Host

Start = Callable[..., Awaitable[Any]]

POISONED = "an earlier call into it was stopped"


async def cancelled(task: asyncio.Task[Any]) -> None:
    """Cancels a task, which ends at once."""
    begun = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - begun < 0.5


async def test_while_the_host_is_awaited(start: Start, stores: Callable[..., Store]) -> None:
    ended = []

    class Careful(Host):
        async def wait(self, ms: int) -> int:
            try:
                return await super().wait(ms)
            except asyncio.CancelledError:
                ended.append(ms)
                raise

    store = stores()
    world, other, elsewhere = await start(Careful(), store=store), await start(store=store), await start()
    task = asyncio.create_task(world.run(1, 60_000))
    await asyncio.sleep(0.01)
    await cancelled(task)
    assert ended == [60_000], "the host's coroutine is told first"
    with pytest.raises(Trap, match=POISONED):
        await world.run(1, 1)
    assert (await other.run(1, 1), await elsewhere.run(1, 1)) == (1, 1)


async def test_a_host_may_refuse_to_be_cancelled(start: Start) -> None:
    class Stubborn(Host):
        async def wait(self, ms: int) -> int:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                await asyncio.sleep(0.001)
            return ms

    world = await start(Stubborn())
    task = asyncio.create_task(world.run(1, 3))
    await asyncio.sleep(0.01)
    task.cancel()
    assert await task == 3
    assert await world.compute(1) == 1


async def test_while_a_guest_computes(start: Start, stores: Callable[..., Store]) -> None:
    store = stores()
    world, other = await start(store=store), await start(store=store)
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.001)
            ticks += 1

    ticking = asyncio.create_task(tick())
    task = asyncio.create_task(world.spin())
    await asyncio.sleep(0.1)
    await cancelled(task)
    ticking.cancel()
    assert ticks > 3, "other tasks run meanwhile"
    with pytest.raises(Trap, match=POISONED):
        await world.spin()
    assert await other.compute(2) == 63


async def test_before_the_call_begins(start: Start) -> None:
    host = Host()
    world = await start(host)
    task = asyncio.create_task(world.run(1, 1))
    await cancelled(task)
    assert host.waits == [] and await world.run(1, 1) == 1


async def test_while_the_call_waits_for_its_turn(start: Start) -> None:
    host = Host()
    world = await start(host)
    first = asyncio.create_task(world.run(1, 30))
    second, third = asyncio.create_task(world.run(1, 1)), asyncio.create_task(world.run(1, 2))
    await asyncio.sleep(0.01)
    await cancelled(second)
    assert (await first, await third) == (30, 2), "who waits behind it gets its turn"
    assert host.waits == [30, 2] and await world.runs() == 2


async def test_when_its_turn_has_just_come(start: Start) -> None:
    host = Host()
    world = await start(host)
    first = asyncio.create_task(world.run(1, 10))
    await asyncio.sleep(0)
    second, third = asyncio.create_task(world.run(1, 1)), asyncio.create_task(world.run(1, 2))
    while not first.done():
        await asyncio.sleep(0)
    await cancelled(second)
    assert await asyncio.wait_for(third, 5) == 2
    assert host.waits == [10, 2]


async def test_a_time_limit(start: Start) -> None:
    world = await start()
    with pytest.raises(asyncio.TimeoutError):
        if sys.version_info >= (3, 11):
            async with asyncio.timeout(0.02):
                await world.run(1, 60_000)
        else:
            await asyncio.wait_for(world.run(1, 60_000), 0.02)
    other = await start()
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(other.spin(), 0.05)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="task groups came with Python 3.11")
async def test_a_task_group_ends_all_when_one_fails(start: Start) -> None:
    worlds = [await start() for _ in range(3)]
    begun = time.monotonic()
    with pytest.raises(BaseException) as caught:
        async with asyncio.TaskGroup() as group:  # type: ignore[attr-defined,unused-ignore]
            group.create_task(worlds[0].run(1, 60_000))
            group.create_task(worlds[1].spin())
            group.create_task(worlds[2].crash())
    assert [type(error) for error in caught.value.exceptions] == [Trap]  # type: ignore[attr-defined]
    assert time.monotonic() - begun < 2


async def test_closing_a_call(start: Start) -> None:
    ended = []

    class Careful(Host):
        async def wait(self, ms: int) -> int:
            try:
                return await super().wait(ms)
            finally:
                ended.append(ms)

    world = await start(Careful())
    call = world.run(1, 60_000)
    call.send(None)
    call.close()
    call.close()
    assert ended == [60_000]
    with pytest.raises(Trap, match=POISONED):
        await world.run(1, 1)


async def test_an_exception_that_is_thrown_in(start: Start) -> None:
    world = await start()
    call = world.spin()
    assert call.send(None) is None, "a guest that computes gives control back by itself"
    with pytest.raises(LookupError, match="mine"):
        call.throw(LookupError("mine"))
    call = (await start()).run(1, 60_000)
    call.send(None)
    with pytest.raises(LookupError):
        call.throw(LookupError)


# The signal comes from outside, so that it finds the guest at work. One that finds the event loop between two steps makes
# the loop of CPython 3.10 lose a task, whatever that awaits.
INTERRUPTED = """
import asyncio, subprocess, sys, time
sys.path.append({here!r})
from dovetail import Store
from waiting_host import Host
import aio_waiter

async def main():
    with Store() as store:
        world = await aio_waiter.AioWaiterAsync(store, aio_waiter.AioWaiterAsyncImports(host=Host()))
        subprocess.Popen("sleep 0.3; kill -INT $PPID", shell=True)
        await world.spin()

begun = time.monotonic()
try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("interrupted" if time.monotonic() - begun < 5 else "late")
"""


def test_ctrl_c_ends_a_guest_that_computes(
    guests: Callable[[str], ModuleType], packages: Path, python: Callable[..., CompletedProcess[str]]
) -> None:
    guests("waiter")
    done = python("-c", INTERRUPTED.format(here=str(Path(__file__).parent)), path=packages)
    assert done.stdout == "interrupted\n", done.stderr
