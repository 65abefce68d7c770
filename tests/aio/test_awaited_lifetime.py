"""What becomes of calls that nobody awaits any more, of stores that are closed, and of event loops that are."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import time
import warnings
import weakref
from collections.abc import Awaitable, Callable
from pathlib import Path
from subprocess import CompletedProcess
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store, Trap
from waiting_host import Ending, Host

Start = Callable[..., Awaitable[Any]]


async def test_a_call_that_is_forgotten_ends(start: Start) -> None:
    ended: list[int] = []

    class Ending(Host):
        async def wait(self, ms: int) -> int:
            try:
                return await super().wait(ms)
            finally:
                ended.append(ms)

    world = await start(Ending())
    call = world.run(1, 60_000)
    call.send(None)
    waiting = asyncio.create_task(world.compute(1))
    await asyncio.sleep(0)
    del call
    gc.collect()
    assert ended == [60_000]
    with pytest.raises(Trap, match="an earlier call into it was stopped"):
        await waiting  # It had waited for its turn.


async def test_a_call_in_a_cycle_is_collected(start: Start) -> None:
    class Cyclic(Host):
        call: Any

        async def wait(self, ms: int) -> int:
            return await super().wait(ms)

    host = Cyclic()
    world = await start(host)
    host.call = world.run(1, 60_000)
    host.call.send(None)
    gone = weakref.ref(host)
    del host, world
    gc.collect()
    # The fixture's store still holds the instance, and through it the host.
    assert gone() is not None
    call = gone().call  # type: ignore[union-attr]
    call.close()
    gone().call = None  # type: ignore[union-attr]


def test_a_store_is_collected_with_its_suspended_call(guests: Callable[[str], ModuleType]) -> None:
    package = guests("waiter")

    async def main() -> weakref.ref[Store]:
        store = Store()
        host = Host()
        world = await package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=host))
        call = world.run(1, 60_000)
        call.send(None)
        host.call = call  # type: ignore[attr-defined]
        return weakref.ref(store)

    gone = asyncio.run(main())
    for _ in range(3):
        gc.collect()
    assert gone() is None


async def test_closing_a_store_ends_its_calls(guests: Callable[[str], ModuleType]) -> None:
    package = guests("waiter")
    with Store() as store:
        world = await package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=Host()))
        waiting = asyncio.create_task(world.run(1, 60_000))
        queued = asyncio.create_task(world.run(1, 1))
        await asyncio.sleep(0.01)
    with pytest.raises(ValueError, match="the store was closed while `run` was awaited"):
        await asyncio.wait_for(waiting, 5)
    with pytest.raises(ValueError, match="the store is closed"):
        await asyncio.wait_for(queued, 5)
    with pytest.raises(ValueError, match="the store is closed"):
        await world.run(1, 1)


def test_an_event_loop_that_was_closed(guests: Callable[[str], ModuleType]) -> None:
    package = guests("waiter")
    kept: list[Any] = []

    async def leave(store: Store) -> Any:
        world = await package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=Host()))
        call, queued = world.run(1, 60_000), world.run(1, 60_000)
        kept.extend([call, queued])
        call.send(None)
        queued.send(None)
        return world

    async def use(world: Any) -> None:
        kept.clear()
        with pytest.raises(Trap, match="an earlier call into it was stopped"):
            await world.run(1, 1)

    with Store() as store:
        world = asyncio.run(leave(store))
        asyncio.run(use(world))


def test_a_call_stays_in_its_thread(guests: Callable[[str], ModuleType]) -> None:
    package = guests("waiter")
    problems: list[BaseException] = []

    async def main() -> None:
        with Store() as store:
            world = await package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=Host()))
            call = world.spin()
            call.send(None)

            def resume() -> None:
                try:
                    call.send(None)
                except RuntimeError as error:
                    problems.append(error)

            thread = threading.Thread(target=resume)
            thread.start()
            thread.join()
            assert call.send(None) is None, "here it goes on"
            call.close()

    asyncio.run(main())
    assert "can only be awaited in the thread that began it" in str(problems[0])


ELSEWHERE: dict[str, Callable[[Store, list[Any]], None]] = {
    "the call is closed": lambda store, calls: calls[0].close(),
    "the call is dropped": lambda store, calls: calls.clear(),
    "the store is closed": lambda store, calls: store.close(),
}


@pytest.mark.parametrize("give_up", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_call_given_up_in_another_thread(
    guests: Callable[[str], ModuleType], give_up: Callable[[Store, list[Any]], None]
) -> None:
    """Its own thread ends it, as only that can, when it uses the engine again."""
    package = guests("waiter")

    async def begin() -> tuple[Store, list[Any], weakref.ref[Host]]:
        store, host = Store(), Host()
        world = await package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=host))
        call = world.run(1, 60_000)
        call.send(None)
        return store, [call], weakref.ref(host)

    gc.collect()
    engine = Store().engine
    before = engine._live()
    store, calls, host = asyncio.run(begin())
    assert engine._live() == (before[0] + 1, before[1] + 1)
    thread = threading.Thread(target=give_up, args=(store, calls))
    thread.start()
    thread.join()
    Store()
    assert engine._live()[1] == before[1], "the guest's stack is free"
    calls.clear()
    del store
    gc.collect()
    assert (engine._live(), host()) == (before, None)


def test_a_call_collected_in_another_thread(guests: Callable[[str], ModuleType]) -> None:
    package = guests("waiter")

    async def begin() -> weakref.ref[Host]:
        host = Host()
        world = await package.AioWaiterAsync(Store(), package.AioWaiterAsyncImports(host=host))
        host.call = world.run(1, 60_000)  # type: ignore[attr-defined]
        host.call.send(None)  # type: ignore[attr-defined]
        return weakref.ref(host)

    gc.collect()
    engine = Store().engine
    before = engine._live()
    gc.disable()
    try:
        host = asyncio.run(begin())
        thread = threading.Thread(target=gc.collect)
        thread.start()
        thread.join()
    finally:
        gc.enable()
    Store()
    gc.collect()
    assert (engine._live(), host()) == (before, None)


def test_a_call_whose_thread_has_ended(guests: Callable[[str], ModuleType]) -> None:
    """Nobody can end it, but what it held of Python's is free."""
    package = guests("waiter")
    hosts: list[weakref.ref[Host]] = []

    async def begin() -> None:
        host = Host()
        hosts.append(weakref.ref(host))
        world = await package.AioWaiterAsync(Store(), package.AioWaiterAsyncImports(host=host))
        host.call = world.run(1, 60_000)  # type: ignore[attr-defined]
        host.call.send(None)  # type: ignore[attr-defined]

    gc.disable()
    try:
        thread = threading.Thread(target=lambda: asyncio.run(begin()))
        thread.start()
        thread.join()
    finally:
        gc.enable()
    # The thread of the system may end a little later than Python's.
    patience = time.monotonic() + 10
    while hosts[0]() is not None and time.monotonic() < patience:
        gc.collect()
        Store()
    assert hosts[0]() is None


def test_a_call_whose_thread_has_ended_is_closed(guests: Callable[[str], ModuleType]) -> None:
    """Its coroutine ends in the thread that closes it."""
    package, host = guests("waiter"), Ending()
    begun: list[Any] = []

    async def begin() -> None:
        world = await package.AioWaiterAsync(Store(), package.AioWaiterAsyncImports(host=host))
        begun.append(world.run(1, 60_000))
        begun[0].send(None)

    thread = threading.Thread(target=lambda: asyncio.run(begin()))
    thread.start()
    thread.join()
    time.sleep(0.2)  # The thread of the system may end a little later than Python's.
    begun[0].close()
    assert host.ended == [(threading.get_ident(), "GeneratorExit")]


async def test_nothing_is_kept(start: Start) -> None:
    class Plain(Host):
        async def wait(self, ms: int) -> int:
            await asyncio.sleep(0)
            return ms

    world = await start(Plain())

    async def use() -> None:
        for _ in range(50):
            await world.run(2, 1)
            await world.echo("text")
            async with await world.tables.Table(1) as table:
                await table.read()

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        await use()
        gc.collect()
        before = len(gc.get_objects())
        await use()
        gc.collect()
        assert abs(len(gc.get_objects()) - before) < 20


async def test_reference_counts_around_a_cancelled_call(start: Start) -> None:
    text = "a text of its own" * 3
    references = sys.getrefcount(text)

    class Slow(Host):
        async def look(self, text: str) -> str:
            await asyncio.sleep(60)
            return text

    for _ in range(3):
        world = await start(Slow())
        task = asyncio.create_task(world.echo(text))
        await asyncio.sleep(0.005)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        del task
    gc.collect()
    assert sys.getrefcount(text) == references


def test_a_call_freed_in_another_thread_ends_in_its_own(guests: Callable[[str], ModuleType]) -> None:
    """Its event loop is told: nobody needs to use the store."""
    package = guests("waiter")
    ended: list[int] = []
    calls: list[Any] = []
    waiting, over = threading.Event(), threading.Event()

    class Ending(Host):
        async def wait(self, ms: int) -> int:
            try:
                return await super().wait(ms)
            finally:
                ended.append(threading.get_ident())
                over.set()

    async def main() -> None:
        with Store() as store:
            world = await package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=Ending()))
            calls.append(world.run(1, 60_000))
            calls[0].send(None)
            waiting.set()
            while not over.is_set():
                await asyncio.sleep(0.01)

    thread = threading.Thread(target=lambda: asyncio.run(asyncio.wait_for(main(), 10)))
    thread.start()
    waiting.wait()
    calls.clear()
    number = thread.ident
    thread.join()
    assert ended == [number]


class Count(int):
    """A number that the collector knows. It would take the attributes away from one that it believes to be garbage."""


@pytest.mark.parametrize("ended", [False, True], ids=["the thread lives", "the thread has ended"])
def test_what_a_call_holds_is_shown_to_the_collector_once(guests: Callable[[str], ModuleType], ended: bool) -> None:
    """Its event loop is closed, and the next user of the store has given it up, while its object is still there."""
    package, count = guests("waiter"), Count(1)
    count.mine = [1, 2, 3]  # type: ignore[attr-defined]
    left: list[Any] = []
    begun, go_on = threading.Event(), threading.Event()

    async def begin() -> None:
        host = Host()
        world = await package.AioWaiterAsync(Store(), package.AioWaiterAsyncImports(host=host))
        call = world.run(count, 60_000)
        call.send(None)
        left.extend([host, world, call])

    def work() -> None:
        asyncio.run(begin())
        begun.set()
        ended or go_on.wait(30)

    def shown_by(value: object) -> list[str]:
        """What of ours shows a value to the collector."""
        names = [type(referrer).__name__ for referrer in gc.get_referrers(value)]
        return [name for name in names if name in ("_Call", "Store")]

    async def next_user(world: Any) -> None:
        call = world.runs()
        with pytest.raises(Trap if ended else RuntimeError):
            call.send(None)

    gc.disable()
    try:
        thread = threading.Thread(target=work)
        thread.start()
        begun.wait(30)
        if ended:
            thread.join()
            time.sleep(0.2)  # The thread of the system may end a little later than Python's.
        host, world, call = left
        function = world.run
        asyncio.run(next_user(world))
        # What no fiber can come to use any more is let go at once.
        assert (shown_by(function), shown_by(count)) == (["_Call"], [] if ended else ["_Call"])
        del call, left[:]
        assert shown_by(function) == ["Store"]
        if ended:
            host.world = world
            gone = weakref.ref(host)
            del host, world, function
            gc.collect()
            assert gone() is None
        assert count.mine == [1, 2, 3]  # type: ignore[attr-defined]
    finally:
        gc.enable()
        go_on.set()
        thread.join()


CALLS = """
import asyncio, warnings
import aio_waiter
from dovetail import Store

class Host:
    def __getattr__(self, name):
        return lambda *arguments: None

async def main():
    call, world = None, await aio_waiter.AioWaiterAsync(Store(), aio_waiter.AioWaiterAsyncImports(host=Host()))
    for _ in range(50_000):
        call = world.compute(call)

warnings.simplefilter("ignore")
asyncio.run(main())
print("freed")
"""


def test_a_long_chain_of_calls_is_freed(
    guests: Callable[[str], ModuleType], packages: Path, python: Callable[..., CompletedProcess[str]]
) -> None:
    """Each is the argument of the next one, and none was awaited."""
    guests("waiter")
    done = python("-c", CALLS, path=packages)
    assert (done.returncode, done.stdout, done.stderr) == (0, "freed\n", "")
