"""Accidents around awaited calls: exceptions in the middle of making them, stores closed from elsewhere, stacks that end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store, Trap, TrapCode
from waiting_host import Host

Start = Callable[..., Awaitable[Any]]


@pytest.mark.filterwarnings("ignore:.*never awaited")
async def test_an_exception_while_calls_are_made(start: Start) -> None:
    """The calls made before it are freed while the exception is on its way, which comes out as it is."""
    world = await start()
    with pytest.raises(TypeError, match=r"`run\(count, ms\)` takes 2 arguments, got 1"):
        await asyncio.gather(world.run(1, 1), world.run(1))
    for collection in (list, tuple, set):
        with pytest.raises(ZeroDivisionError):
            collection(world.run(1, 1 // divisor) for divisor in (1, 0))
    assert await world.compute(1) == await world.compute(1)


async def test_a_suspended_call_freed_by_an_exception(start: Start) -> None:
    """Its turn goes to the call that waits for it."""
    world = await start()
    call = world.run(1, 60_000)
    call.send(None)
    waiting = asyncio.create_task(world.compute(1))
    await asyncio.sleep(0)
    calls = [call]
    del call
    with pytest.raises(ZeroDivisionError):
        max(calls.pop(), 1 // 0)
    with pytest.raises(Trap, match="an earlier call into it was stopped"):
        await waiting


async def test_closing_a_call_whose_argument_looks_at_it(start: Start) -> None:
    world = await start()
    seen: list[str] = []

    class Looking(int):
        def __del__(self) -> None:
            seen.append(repr(calls[0]))

    calls = [world.run(Looking(1), 1)]
    calls[0].close()
    assert len(seen) == 1


def test_nested_calls_on_a_small_stack(guests: Callable[[str], ModuleType]) -> None:
    """The stack of a thread ends in a trap, though each guest has one of its own."""
    package = guests("waiter")
    caught: list[BaseException] = []

    async def main() -> None:
        worlds: list[Any] = []

        class Nesting(Host):
            async def wait(self, ms: int) -> int:
                made = package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=self))
                worlds.append(await made)
                result: int = await worlds[-1].run(1, ms)
                return result

        with Store() as store:
            worlds.append(await package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=Nesting())))
            try:
                await worlds[0].run(1, 1)
            except BaseException as error:
                caught.append(error)

    before = threading.stack_size(512 * 1024)
    try:
        thread = threading.Thread(target=lambda: asyncio.run(main()))
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    assert isinstance(caught[0], Trap)
    assert caught[0].code is TrapCode.STACK_OVERFLOW
