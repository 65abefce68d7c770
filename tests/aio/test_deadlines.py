"""`store.deadline(...)` around awaited calls: what it bounds, in which order blocks are left, and in which threads."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store, TimeoutTrap
from waiting_host import Host, Plain

Start = Callable[..., Awaitable[Any]]

PASSED = "the deadline has passed"


async def refuse(call: Any) -> None:
    """The deadline ends a call, soon."""
    begun = time.monotonic()
    with pytest.raises(TimeoutTrap, match=PASSED):
        await call
    assert time.monotonic() - begun < 5


async def test_a_deadline(start: Start) -> None:
    with Store() as store:
        world, other = await start(store=store), await start(store=store)
        with store.deadline(0.05):
            assert await world.run(1, 1) == 1
            await refuse(world.run(1, 60_000))
            await refuse(other.run(1, 1))  # It does not begin.
        assert await other.run(1, 60) == 60


async def test_a_call_outlives_the_block(start: Start) -> None:
    """The deadline that it began with is the call's own."""
    with Store() as store:
        world = await start(store=store)
        with store.deadline(0.05):
            call = asyncio.create_task(world.run(1, 60_000))
            await asyncio.sleep(0.001)
        await refuse(call)


async def test_blocks_of_several_tasks_overlap(start: Start) -> None:
    with Store() as store:
        world = await start(store=store)

        async def hold(seconds: float, until: float) -> None:
            with store.deadline(seconds):
                await asyncio.sleep(until)

        # The first block to be entered is the first to be left.
        tasks = [asyncio.create_task(hold(0.02, 0.01)), asyncio.create_task(hold(60, 0.05))]
        await asyncio.gather(*tasks)
        assert await world.run(1, 30) == 30, "no deadline is left"


async def test_a_deadline_left_while_a_call_is_suspended(start: Start, guests: Callable[[str], ModuleType]) -> None:
    package = guests("waiter")
    with Store() as store:
        world = await package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=Host()))
        with store.deadline(0.05):
            call = asyncio.create_task(world.run(1, 20))
            await asyncio.sleep(0.001)
        await call
        await asyncio.sleep(0.1)
        # The deadline is over with its block, and so binds no later call.
        assert package.AioWaiter(store, package.AioWaiterImports(host=Plain())).compute(1) is not None


async def test_the_wait_for_the_turn(start: Start) -> None:
    """It ends, and the place in the queue is given up; the call that has the turn began before the deadline was there."""
    with Store() as store:
        world = await start(store=store)
        first = asyncio.create_task(world.run(1, 200))
        await asyncio.sleep(0.001)
        with store.deadline(0.05):
            second = asyncio.create_task(world.run(1, 1))
            third = asyncio.create_task(world.run(1, 1))
            await asyncio.sleep(0.001)
        fourth = asyncio.create_task(world.run(1, 1))
        await refuse(second)
        await refuse(third)
        assert not first.done()
        assert (await first, await fourth) == (200, 1)
        assert await world.run(1, 1) == 1, "the instance was not touched"


async def test_a_wait_for_the_turn_in_time(start: Start) -> None:
    """The deadline goes on to bound the call, though the block was left when it began."""
    with Store() as store:
        world = await start(store=store)
        first = asyncio.create_task(world.run(1, 20))
        await asyncio.sleep(0.001)
        with store.deadline(0.1):
            second = asyncio.create_task(world.run(1, 1))
            third = asyncio.create_task(world.run(1, 60_000))
            await asyncio.sleep(0.001)
        assert (await first, await second) == (20, 1)
        await refuse(third)


async def test_a_cancel_while_waiting_for_the_turn(start: Start) -> None:
    with Store() as store:
        world = await start(store=store)
        first = asyncio.create_task(world.run(1, 100))
        await asyncio.sleep(0.001)
        with store.deadline(0.05):
            second = asyncio.create_task(world.run(1, 1))
            await asyncio.sleep(0.001)
            second.cancel()
            with pytest.raises(asyncio.CancelledError):
                await second
        assert await first == 100
        assert await world.run(1, 1) == 1
