"""The turn in a store's queue is handed from call to call, whatever happens to exceptions and event loops on the way."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import weakref
from collections.abc import Awaitable, Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store, _asyncio
from waiting_host import Host

Start = Callable[..., Awaitable[Any]]


class Struck(Exception):
    """What a signal's handler raises, say."""


@pytest.fixture
def strike(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, bool], None]:
    """Has that many attempts to hand over a turn fail: before or after the next call was told."""
    give = _asyncio.Place.give

    def strike(attempts: int, told: bool) -> None:
        left = [attempts]

        def failing(self: _asyncio.Place) -> bool:
            if left[0] == 0:
                return give(self)
            left[0] -= 1
            if told:
                give(self)
            raise Struck

        monkeypatch.setattr(_asyncio.Place, "give", failing)

    return strike


@pytest.mark.parametrize("told", [False, True])
async def test_an_exception_while_the_turn_is_handed_over(
    start: Start, strike: Callable[[int, bool], None], told: bool
) -> None:
    """It comes out of the call that had the turn, and the next has the turn all the same."""
    world = await start()
    first, second, third = (asyncio.create_task(world.run(1, ms)) for ms in (5, 2, 1))
    await asyncio.sleep(0.001)
    strike(1, told)
    with pytest.raises(Struck):
        await asyncio.wait_for(first, 10)
    assert await asyncio.wait_for(asyncio.gather(second, third), 10) == [2, 1]


async def test_an_exception_while_a_cancelled_call_hands_over(
    start: Start, strike: Callable[[int, bool], None]
) -> None:
    world = await start()
    first, second = world.run(1, 60_000), asyncio.create_task(world.compute(1))
    first.send(None)
    await asyncio.sleep(0)
    strike(1, False)
    with pytest.raises(Struck) as caught:
        first.throw(ZeroDivisionError())
    assert isinstance(caught.value.__context__, ZeroDivisionError)
    with pytest.raises(Exception, match="an earlier call into it was stopped"):
        await asyncio.wait_for(second, 10)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_call_that_cannot_be_told_keeps_its_place(start: Start, strike: Callable[[int, bool], None]) -> None:
    """The next one goes first, and hands the turn back."""
    world = await start()
    order: list[int] = []

    async def run(ms: int) -> None:
        await world.run(1, ms)
        order.append(ms)

    tasks = [asyncio.create_task(run(ms)) for ms in (5, 2, 1)]
    await asyncio.sleep(0.001)
    strike(2, False)
    ended = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 10)
    assert [type(result) for result in ended] == [Struck, type(None), type(None)]
    assert order == [1, 2]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_nobody_can_be_told(start: Start, strike: Callable[[int, bool], None]) -> None:
    """Then the turn is free, and the next call of the store takes it, and wakes those who wait."""
    world = await start()
    first, second = (asyncio.create_task(world.run(1, ms)) for ms in (5, 2))
    await asyncio.sleep(0.001)
    strike(2, False)
    with pytest.raises(Struck):
        await asyncio.wait_for(first, 10)
    assert await asyncio.wait_for(world.run(1, 1), 10) == 1
    assert await asyncio.wait_for(second, 10) == 2


def test_a_message_in_whose_making_an_exception_struck(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was not sent, and says nothing when it is freed."""
    said: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", said.append)

    def strike(_frame: object, event: str, _argument: object) -> None:
        if event == "call":
            raise Struck

    sys.setprofile(strike)
    try:
        _asyncio._Message(place=None)  # type: ignore[arg-type]
    except Struck:
        pass
    finally:
        sys.setprofile(None)
    gc.collect()
    assert said == []


@pytest.fixture
def loops() -> Iterator[Callable[[], asyncio.AbstractEventLoop]]:
    """Makes event loops that are closed after the test."""
    made: list[asyncio.AbstractEventLoop] = []

    def make() -> asyncio.AbstractEventLoop:
        made.append(asyncio.new_event_loop())
        return made[-1]

    yield make
    for loop in made:
        loop.close()


def make(package: ModuleType, store: Store, loop: asyncio.AbstractEventLoop) -> Any:
    async def begin() -> Any:
        return await package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=Host()))

    return loop.run_until_complete(begin())


async def suspended(world: Any) -> Any:
    """A call that waits in its host, or in the store's queue."""
    call = world.run(1, 20)
    call.send(None)
    return call


def test_a_turn_given_to_an_event_loop_that_is_closed(
    guests: Callable[[str], ModuleType], loops: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    with Store() as store:
        one, two = loops(), loops()
        world = make(guests("waiter"), store, one)
        other = make(guests("waiter"), store, one)
        first, second = (one.run_until_complete(suspended(which)) for which in (world, other))
        first.close()  # The turn is the second one's, which does not know it.
        one.close()
        assert two.run_until_complete(asyncio.wait_for(other.run(1, 1), 10)) == 1
        second.close()


def test_a_turn_that_arrived_in_an_event_loop_that_is_closed(
    guests: Callable[[str], ModuleType], loops: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    """The call was told, and never driven."""
    with Store() as store:
        one, two = loops(), loops()
        world = make(guests("waiter"), store, one)
        other = make(guests("waiter"), store, one)
        first, second = (one.run_until_complete(suspended(which)) for which in (world, other))
        first.close()
        for _ in range(3):
            one.run_until_complete(asyncio.sleep(0))
        one.close()
        assert two.run_until_complete(asyncio.wait_for(other.run(1, 1), 10)) == 1

        # Driven by hand afterwards, it takes its turn like any other.
        async def drive() -> int:
            with pytest.raises(StopIteration) as ended:
                while True:
                    second.send(None)
                    await asyncio.sleep(0.03)
            return int(ended.value.value)

        assert two.run_until_complete(asyncio.wait_for(drive(), 10)) == 20


def test_closing_an_event_loop_gives_its_turn_to_another(
    guests: Callable[[str], ModuleType], loops: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    """Who waits already is told without anybody using the store."""
    with Store() as store:
        one, two = loops(), loops()
        world, other = (make(guests("waiter"), store, one) for _ in range(2))
        first, second = (one.run_until_complete(suspended(which)) for which in (world, other))
        third = two.create_task(other.run(1, 1))
        two.run_until_complete(asyncio.sleep(0.01))
        first.close()
        one.close()
        assert two.run_until_complete(asyncio.wait_for(third, 10)) == 1
        second.close()


def test_a_task_in_a_queue_is_collected_with_its_store(
    guests: Callable[[str], ModuleType], loops: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    loop = loops()
    store = Store()
    world = make(guests("waiter"), store, loop)
    calls = [loop.run_until_complete(suspended(world)) for _ in range(2)]
    loop.close()
    gone = weakref.ref(store)
    calls[0].close()
    del store, world, calls, loop
    for _ in range(3):
        gc.collect()
    assert gone() is None


def test_turns_go_from_thread_to_thread(guests: Callable[[str], ModuleType]) -> None:
    package = guests("waiter")
    results: list[int] = []

    async def use(store: Store) -> None:
        world = await package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=Host()))
        for _ in range(20):
            results.append(await asyncio.wait_for(world.run(1, 1), 30))

    with Store() as store:
        threads = [threading.Thread(target=lambda: asyncio.run(use(store))) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert results == [1] * 60
