"""A store that another thread closes, while calls are suspended in it: their own thread ends them, and who awaits them learns of it
at once."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store
from waiting_host import Ending, Host


def in_a_thread(work: Callable[[], object]) -> None:
    """Does something in a thread of its own, to its end."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


@pytest.mark.parametrize("debug", [False, True])
def test_a_store_that_another_thread_closes(guests: Callable[[str], ModuleType], debug: bool) -> None:
    """Who awaits the call learns of it at once, whatever else the event loop waits for."""
    package = guests("waiter")

    class Never(Host):
        async def wait(self, ms: int) -> int:
            await asyncio.get_running_loop().create_future()
            return ms

    async def main() -> float:
        store = Store()
        world = await package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=Never()))
        threading.Timer(0.1, store.close).start()
        begun = time.monotonic()
        with pytest.raises(ValueError, match="the store was closed while `run` was awaited"):
            await asyncio.wait_for(world.run(1, 1), 20)
        return time.monotonic() - begun

    assert asyncio.run(main(), debug=debug) < 5


async def test_the_coroutine_of_the_host_ends_in_its_own_thread(guests: Callable[[str], ModuleType]) -> None:
    package = guests("waiter")
    store, host = Store(), Ending()
    world = await package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=host))
    call = asyncio.create_task(world.run(1, 60_000))
    await asyncio.sleep(0.001)
    in_a_thread(store.close)
    assert host.ended == [], "it is ended by its own event loop, which does not run now"
    with pytest.raises(ValueError, match="the store was closed while `run` was awaited"):
        await asyncio.wait_for(call, 10)
    assert host.ended == [(threading.get_ident(), "GeneratorExit")]


async def test_a_call_that_no_task_drives(guests: Callable[[str], ModuleType]) -> None:
    """Its event loop is told, if it waits for something of that."""
    package = guests("waiter")
    store, host = Store(), Ending()
    world = await package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=host))
    call = world.run(1, 60_000)
    call.send(None)
    in_a_thread(store.close)
    assert host.ended == []
    await asyncio.sleep(0.001)
    assert host.ended == [(threading.get_ident(), "GeneratorExit")]
    with pytest.raises(ValueError, match="the store was closed while `run` was awaited"):
        call.send(None)


def test_a_store_closed_twice(guests: Callable[[str], ModuleType]) -> None:
    """What the guest relies on is kept until the suspended call has ended in its own thread."""
    package = guests("waiter")
    engine = Store().engine

    async def begin() -> Any:
        world = await package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=host))
        call = world.run(1, 60_000)
        call.send(None)
        return call

    gc.collect()
    before = engine._live()
    store, host = Store(), Ending()
    call = asyncio.run(begin())
    in_a_thread(store.close)
    in_a_thread(store.close)
    with pytest.raises(ValueError, match="the store is closed"):
        store.set_limits(1)
    assert (host.ended, engine._live()) == ([], (before[0] + 1, before[1] + 1))
    del call
    assert host.ended == [(threading.get_ident(), "GeneratorExit")]
    assert engine._live() == before


async def test_calls_that_wait_for_their_turn(guests: Callable[[str], ModuleType]) -> None:
    """They learn of it though the call before them has not ended: its thread is busy."""
    package = guests("waiter")
    store = Store()
    world = await package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=Host()))
    first = world.run(1, 60_000)
    first.send(None)

    async def wait() -> None:
        waiting.set()
        with pytest.raises(ValueError, match="the store is closed"):
            await asyncio.wait_for(world.run(1, 1), 10)

    waiting = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(wait()))
    thread.start()
    waiting.wait()
    time.sleep(0.05)
    in_a_thread(store.close)
    thread.join()
    first.close()
