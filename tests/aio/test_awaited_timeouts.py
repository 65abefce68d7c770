"""`Store(timeout=...)` and `store.deadline(...)` bound awaited calls: while the guest computes, while it waits for its host, and
while it waits in WASI."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store, TimeoutTrap, Trap, TrapCode, WasiConfig, _asyncio
from waiting_host import Host, Plain

Start = Callable[..., Awaitable[Any]]

PASSED = r"the call took longer than its timeout of 50ms"


async def make(guests: Callable[[str], ModuleType], store: Store, host: object | None = None) -> Any:
    package = guests("waiter")
    return await package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=host or Host()))


async def refuse(call: Any, match: str = PASSED) -> TimeoutTrap:
    """The trap that ends a call, soon."""
    begun = time.monotonic()
    with pytest.raises(TimeoutTrap, match=match) as caught:
        await call
    assert time.monotonic() - begun < 5
    assert isinstance(caught.value, Trap)
    assert isinstance(caught.value, TimeoutError)
    assert caught.value.code is TrapCode.INTERRUPT
    return caught.value


async def test_a_guest_that_computes(guests: Callable[[str], ModuleType]) -> None:
    with Store(timeout=0.05) as store:
        world, other = await make(guests, store), await make(guests, store)
        assert (await refuse(world.spin())).frames
        with pytest.raises(Trap, match="an earlier call into it was stopped"):
            await world.compute(1)
        assert await other.run(2, 1) == 2, "other instances go on, with a time of their own"


async def test_a_guest_that_waits_for_its_host(guests: Callable[[str], ModuleType]) -> None:
    events: list[str] = []

    class Cleaning(Host):
        async def wait(self, ms: int) -> int:
            try:
                return await super().wait(ms)
            except asyncio.CancelledError:
                events.append("cancelled")
                raise

    async def main() -> int:
        with Store(timeout=0.05) as store:
            world = await make(guests, store, Cleaning())
            trap = await refuse(world.run(1, 60_000))
            assert trap.frames, "the guest's backtrace"
            # The task that awaited was not cancelled, and goes on.
            await asyncio.sleep(0.001)
            return await (await make(guests, store)).run(1, 3)

    assert await asyncio.create_task(main()) == 3
    assert events == ["cancelled"]


async def test_a_task_is_not_cancelled_by_it(guests: Callable[[str], ModuleType]) -> None:
    with Store(timeout=0.05) as store:
        world = await make(guests, store)
        task = asyncio.create_task(world.run(1, 60_000))
        await asyncio.wait([task], timeout=10)
        assert not task.cancelled()
        assert isinstance(task.exception(), TimeoutTrap)


async def test_many_short_waits(guests: Callable[[str], ModuleType]) -> None:
    """No single one is cancelled; the guest never computes for long enough to be looked at."""

    class Short(Host):
        async def wait(self, ms: int) -> int:
            await asyncio.sleep(0)
            return ms

    with Store(timeout=0.05) as store:
        await refuse((await make(guests, store, Short())).run(100_000_000, 1))


async def test_a_host_that_refuses_to_stop(guests: Callable[[str], ModuleType]) -> None:
    """Host functions may go on; the guest is stopped when they return."""
    returned: list[int] = []

    class Refusing(Host):
        async def wait(self, ms: int) -> int:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                await asyncio.sleep(0.05)
            returned.append(ms)
            return ms

    with Store(timeout=0.05) as store:
        await refuse((await make(guests, store, Refusing())).run(2, 7))
    assert returned == [7]


async def test_what_the_host_raises_instead(guests: Callable[[str], ModuleType]) -> None:
    class Raising(Host):
        async def wait(self, ms: int) -> int:
            try:
                return await super().wait(ms)
            finally:
                raise LookupError("while cleaning up")

    with Store(timeout=0.05) as store:
        world = await make(guests, store, Raising())
        with pytest.raises(LookupError, match="while cleaning up"):
            await world.run(1, 60_000)


class Slow(Host):
    """Its waits take a while to end when they are cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self.cancelled = 0

    async def wait(self, ms: int) -> int:
        try:
            return await super().wait(ms)
        except asyncio.CancelledError:
            self.cancelled += 1
            await asyncio.sleep(0.1)
            raise


def nesting(guests: Callable[[str], ModuleType]) -> Callable[[Store, object], Awaitable[Any]]:
    """Makes a world whose host awaits a world of the same store, whose host is given."""

    async def start(store: Store, host: object) -> Any:
        inner = await make(guests, store, host)

        class Calling(Host):
            async def wait(self, ms: int) -> int:
                answer: int = await inner.run(1, ms)
                return answer

        return await make(guests, store, Calling())

    return start


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("delay", [0.01, 0.1], ids=["before the time is over", "after it is over"])
async def test_a_cancelled_task_is_cancelled(guests: Callable[[str], ModuleType], delay: float, nested: bool) -> None:
    """Whatever comes of the time meanwhile: the caller's wish goes first."""
    host = Slow()
    with Store() as store:
        world = await (nesting(guests)(store, host) if nested else make(guests, store, host))
        store.timeout = 0.05
        task = asyncio.create_task(world.run(1, 60_000))
        await asyncio.sleep(delay)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert task.cancelled()
    assert host.cancelled == 1


@pytest.mark.parametrize("nested", [False, True])
async def test_the_host_is_told_once(guests: Callable[[str], ModuleType], nested: bool) -> None:
    """Also where the clock is ahead of the timer, which does not ring any more then."""
    loop = asyncio.get_running_loop()

    class Late(Slow):
        async def wait(self, ms: int) -> int:
            def wake() -> None:
                time.sleep(0.06)  # The timer's time comes meanwhile, behind the call's.
                happened.set_result(None)

            happened = loop.create_future()
            loop.call_later(0.01, wake)
            try:
                await happened
            except asyncio.CancelledError:
                await asyncio.sleep(0.01)
                self.cancelled += 1
                raise
            return ms

    host = Late()
    with Store() as store:
        world = await (nesting(guests)(store, host) if nested else make(guests, store, host))
        store.timeout = 0.05
        await refuse(world.run(1, 60_000))
    assert host.cancelled == 1


async def test_no_call_nests_when_the_time_is_over(guests: Callable[[str], ModuleType]) -> None:
    with Store() as store:
        inner = await make(guests, store)
        refused: list[BaseException] = []

        class Calling(Host):
            async def wait(self, ms: int) -> int:
                for _ in range(2):
                    try:
                        await inner.run(1, 60_000)
                    except TimeoutTrap as trap:
                        refused.append(trap)
                return ms

        outer = await make(guests, store, Calling())
        store.timeout = 0.05
        await refuse(outer.run(1, 1))
        assert len(refused) == 2


async def test_a_call_in_time_leaves_nothing_behind(guests: Callable[[str], ModuleType]) -> None:
    with Store(timeout=0.05) as store:
        world = await make(guests, store)
        assert await world.run(1, 1) == 1
        await asyncio.sleep(0.1)
        assert await world.run(1, 1) == 1, "the clock of each call is its own"


async def test_waiting_for_the_turn_does_not_count(guests: Callable[[str], ModuleType]) -> None:
    with Store(timeout=0.1) as store:
        one, two = await make(guests, store), await make(guests, store)
        assert await asyncio.gather(*[world.run(1, 60) for world in (one, two) * 3]) == [60] * 6


async def test_a_nested_call_shares_the_time(guests: Callable[[str], ModuleType]) -> None:
    with Store() as store:
        inner = await make(guests, store)

        class Calling(Host):
            async def wait(self, ms: int) -> int:
                answer: int = await inner.run(1, 60_000)
                return answer

        outer = await make(guests, store, Calling())
        store.timeout = 0.05
        await refuse(outer.run(1, 1))


async def test_a_nested_call_of_another_store(guests: Callable[[str], ModuleType]) -> None:
    """The host function of the outer call goes on after the trap."""
    with Store(timeout=0.05) as store, Store() as around:
        inner = await make(guests, store)

        class Calling(Host):
            async def wait(self, ms: int) -> int:
                await refuse(inner.run(1, 60_000))
                await asyncio.sleep(0.001)
                return 5

        outer = await make(guests, around, Calling())
        assert await outer.run(1, 1) == 5


async def test_a_synchronous_host_function_counts(guests: Callable[[str], ModuleType]) -> None:
    class Sleeping(Plain):
        def wait(self, ms: int) -> int:  # type: ignore[override]
            time.sleep(0.06)
            return ms

    with Store(timeout=0.05) as store:
        await refuse((await make(guests, store, Sleeping())).run(2, 1))


async def test_wasi(guests: Callable[[str], ModuleType]) -> None:
    package = guests("sleeper")
    with Store(wasi=WasiConfig(), timeout=0.05) as store:
        world = await package.AioSleeperAsync(store)
        await refuse(world.sleep(60_000_000_000))


def test_driven_without_an_event_loop(guests: Callable[[str], ModuleType]) -> None:
    """Then nobody rings, and the call ends when it is driven."""

    class Never(Host):
        async def wait(self, ms: int) -> int:
            class Forever:
                def __await__(self) -> Any:
                    while True:
                        yield

            await Forever()
            return ms

    with Store(timeout=0.05) as store:
        package = guests("waiter")
        with pytest.raises(StopIteration) as made:
            package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=Never())).__await__().send(None)
        call = made.value.value.run(1, 1)
        call.send(None)
        call.send(None)
        time.sleep(0.06)
        with pytest.raises(TimeoutTrap):
            call.send(None)


async def test_a_shared_coroutine_is_not_harmed(guests: Callable[[str], ModuleType]) -> None:
    """A host that shields what it waits for keeps it."""
    background = asyncio.create_task(asyncio.sleep(0.15, 9))

    class Shielding(Host):
        async def wait(self, ms: int) -> int:
            return await asyncio.shield(background)

    with Store(timeout=0.05) as store:
        await refuse((await make(guests, store, Shielding())).run(1, 1))
    assert await background == 9


async def test_timers_that_ring_early(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """uvloop's do, by part of a millisecond: the call is not over before its time."""

    class Early:
        """What a timer is set in: the running event loop, but for that."""

        def call_later(self, delay: float, *arguments: Any) -> asyncio.TimerHandle:
            return asyncio.get_running_loop().call_later(delay - 0.005, *arguments)

    world = await start(store=Store(timeout=0.2))
    begun, alarm = time.monotonic(), _asyncio.Alarm
    monkeypatch.setattr(_asyncio, "Alarm", lambda _loop, *rest: alarm(Early(), *rest))
    with pytest.raises(TimeoutTrap):
        await world.run(1, 60_000)
    assert time.monotonic() - begun >= 0.2
