"""`Store(timeout=...)` and `store.deadline(...)` bound awaited calls: while the guest computes, while it waits for its host, and
while it waits in WASI."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store, TimeoutTrap, Trap, TrapCode, WasiConfig
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


@pytest.mark.skipif(sys.version_info < (3, 11), reason="a task does not tell whether it was cancelled")
async def test_a_cancelled_task_is_cancelled(guests: Callable[[str], ModuleType]) -> None:
    """Also where the time is over meanwhile: the caller's wish goes first."""

    class Slow(Host):
        async def wait(self, ms: int) -> int:
            try:
                return await super().wait(ms)
            finally:
                await asyncio.sleep(0.1)

    with Store(timeout=0.05) as store:
        world = await make(guests, store, Slow())
        task = asyncio.create_task(world.run(1, 60_000))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert task.cancelled()


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


async def test_a_deadline(guests: Callable[[str], ModuleType]) -> None:
    with Store() as store:
        world, other = await make(guests, store), await make(guests, store)
        with store.deadline(0.05):
            assert await world.run(1, 1) == 1
            await refuse(world.run(1, 60_000), "the deadline has passed")
            await refuse(other.run(1, 1), "the deadline has passed")  # It does not begin.
        assert await other.run(1, 60) == 60


async def test_a_call_outlives_the_block(guests: Callable[[str], ModuleType]) -> None:
    """The deadline that it began with is the call's own."""
    with Store() as store:
        world = await make(guests, store)
        with store.deadline(0.05):
            call = asyncio.create_task(world.run(1, 60_000))
            await asyncio.sleep(0.001)
        await refuse(call, "the deadline has passed")


async def test_blocks_of_several_tasks_overlap(guests: Callable[[str], ModuleType]) -> None:
    with Store() as store:
        world = await make(guests, store)

        async def hold(seconds: float, until: float) -> None:
            with store.deadline(seconds):
                await asyncio.sleep(until)

        # The first block to be entered is the first to be left.
        tasks = [asyncio.create_task(hold(0.02, 0.01)), asyncio.create_task(hold(60, 0.05))]
        await asyncio.gather(*tasks)
        assert await world.run(1, 30) == 30, "no deadline is left"


async def test_a_shared_coroutine_is_not_harmed(guests: Callable[[str], ModuleType]) -> None:
    """A host that shields what it waits for keeps it."""
    background = asyncio.create_task(asyncio.sleep(0.15, 9))

    class Shielding(Host):
        async def wait(self, ms: int) -> int:
            return await asyncio.shield(background)

    with Store(timeout=0.05) as store:
        await refuse((await make(guests, store, Shielding())).run(1, 1))
    assert await background == 9
