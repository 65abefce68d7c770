"""An event loop that is closed while a call is suspended in it: the call can never go on, and gives the store to the next one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store
from waiting_host import Ending, Host, Plain

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def make(package: ModuleType, store: Store, host: Host) -> Any:
    async def begin() -> Any:
        return await package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=host))

    return asyncio.run(begin())


def leave(world: Any) -> asyncio.Task[int]:
    """A task that waits in its host, in an event loop that is closed."""
    loop = asyncio.new_event_loop()

    async def call() -> int:
        result: int = await world.run(1, 60_000)
        return result

    task = loop.create_task(call())
    loop.run_until_complete(asyncio.sleep(0.005))
    loop.close()
    return task


async def run(world: Any) -> int:
    result: int = await asyncio.wait_for(world.run(1, 1), 10)
    return result


def test_the_next_awaited_call_ends_it(guests: Callable[[str], ModuleType]) -> None:
    host = Ending()
    with Store() as store:
        world, other = (make(guests("waiter"), store, made) for made in (host, Host()))
        task = leave(world)
        assert host.ended == []
        assert asyncio.run(run(other)) == 1
        assert host.ended == [(threading.get_ident(), "GeneratorExit")]
        coroutine: Any = task.get_coro()
        with pytest.raises(RuntimeError, match="`run` was ended because it waited in an event loop that is closed"):
            coroutine.send(None)
        del task


def test_so_does_the_next_synchronous_call(guests: Callable[[str], ModuleType]) -> None:
    host, package = Ending(), guests("waiter")
    with Store() as store:
        plain = package.AioWaiter(store, package.AioWaiterImports(host=Plain()))
        task = leave(make(package, store, host))
        assert plain.run(1, 1) == 1
        assert [name for _, name in host.ended] == ["GeneratorExit"]
        del task


def test_nested_calls_end_with_it(guests: Callable[[str], ModuleType]) -> None:
    host, package = Ending(), guests("waiter")

    class Calling(Host):
        async def wait(self, ms: int) -> int:
            result: int = await inner.run(1, ms)
            return result

    with Store() as store:
        inner, outer, other = (make(package, store, made) for made in (host, Calling(), Host()))
        task = leave(outer)
        assert asyncio.run(run(other)) == 1
        assert [name for _, name in host.ended] == ["GeneratorExit"]
        del task


def test_a_call_of_another_thread_is_left_to_that(guests: Callable[[str], ModuleType]) -> None:
    """Until it has come by, the store is refused: nobody can tell how long that will be."""
    host, package = Ending(), guests("waiter")
    left, ended = threading.Event(), threading.Event()
    idents: list[int] = []

    def work() -> None:
        idents.append(threading.get_ident())
        task = leave(world)
        left.set()
        ended.wait(30)
        Store().close()  # It uses the engine.
        del task

    with Store() as store:
        world, other = (make(package, store, made) for made in (host, Host()))
        thread = threading.Thread(target=work)
        thread.start()
        left.wait(30)
        for _ in range(2):
            with pytest.raises(RuntimeError, match="`run` waits in an event loop that is closed"):
                asyncio.run(run(other))
        assert host.ended == []
        ended.set()
        thread.join()
        assert host.ended == [(idents[0], "GeneratorExit")]
        assert asyncio.run(run(other)) == 1


def test_an_event_loop_that_only_stands_still(guests: Callable[[str], ModuleType]) -> None:
    """Its call goes on when it does, and is waited for."""
    package, loop = guests("waiter"), asyncio.new_event_loop()
    with Store() as store:
        world = make(package, store, Host())
        first = loop.create_task(world.run(1, 300))
        loop.run_until_complete(asyncio.sleep(0.001))

        async def wait() -> None:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(world.run(1, 1), 0.05)

        asyncio.run(wait())
        assert loop.run_until_complete(first) == 300
        loop.close()
