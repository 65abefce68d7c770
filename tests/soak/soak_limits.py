"""Guests that run or wait for long, and what stops them: timeouts, deadlines, and Python's signal handlers."""

from __future__ import annotations

import asyncio
import gc
import random
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any

import pytest
from dovetail import Store, TimeoutTrap, Trap
from dovetail.component import Component
from endless_guest import instantiate, load
from soak_awaited import Worlds, any_call
from soak_hosts import Host
from soaking import Part, operation

ENDLESS: list[Callable[[Any], object]] = [
    lambda instance: instance.spin(),
    lambda instance: instance.ask(10),
    lambda instance: instance.ask(20_000_000),
    lambda instance: instance.take(["a", "b", "c", "d"]),
    lambda instance: instance.give_and_stay(),
    lambda instance: instance.sleep(3_600_000_000_000),
]
"""Calls that never end: they loop, call their host, allocate, clean up or sleep."""


class Interrupted(Exception):
    """What the handler of a signal raises."""


class Limits(Part):
    """Guests that are stopped by the time they may take."""

    component: Component | None = None

    def endless(self, store: Store, notice: Callable[[int], int] = lambda value: 1) -> Any:
        """The guest."""
        if Limits.component is None:
            Limits.component = load(store.engine)
        return instantiate(store, notice, Limits.component)

    def soon(self) -> float:
        """When something is to strike, in seconds."""
        return self.chance.choice([0.0001, 0.002, 0.006, 0.012])

    def stopped(self, instance: Any) -> None:
        """What was stopped says so."""
        with pytest.raises(Trap, match="an earlier call into it was stopped"):
            instance.work(1)

    @operation(1)
    def timeouts(self) -> None:
        store = self.store(timeout=self.soon())
        instance = self.endless(store)
        with pytest.raises(TimeoutTrap):
            self.chance.choice(ENDLESS)(instance)
        store.timeout = None
        self.stopped(instance)
        self.leave(store)

    @operation(1)
    def deadlines(self) -> None:
        store = self.store()
        instance, other = self.endless(store), self.endless(store)
        with pytest.raises(TimeoutTrap), store.deadline(self.soon()):
            other.work(10_000)
            self.chance.choice(ENDLESS)(instance)
        self.leave(store)

    @operation(1)
    def a_timeout_in_nested_calls(self) -> None:
        store = self.store()
        inner = self.endless(store)

        def notice(value: int) -> int:
            # The outer guest may come here again before it is stopped.
            with pytest.raises(Trap if stopped else TimeoutTrap):
                inner.spin()
            stopped.append(value)
            gc.collect(0)
            return value

        stopped: list[int] = []

        outer = self.endless(store, notice)
        store.timeout = self.soon()
        with pytest.raises(TimeoutTrap):
            outer.ask(1)
        self.leave(store)

    @operation(1)
    def work(self) -> None:
        """Long enough to let other threads run."""
        store = self.store()
        instance = self.endless(store)
        assert instance.work(10_000_000) == instance.work(10_000_000)
        assert instance.take_slowly(["text"] * 3) == 3
        self.leave(store)


class Cleaning(Host):
    """A host whose waits take about as long as the calls may, and a while to end when they are cancelled."""

    async def later(self, ms: int) -> int:
        try:
            return await super().later(ms)
        except asyncio.CancelledError:
            if self.chance.random() < 0.5:
                await asyncio.sleep(self.chance.choice([0, 0.001, 0.01]))
            raise


class AwaitedLimits(Worlds):
    """Awaited calls that are stopped by the time they may take, while they wait or compute, or which just make it."""

    def around(self, seconds: float) -> float:
        """A time that is over a little before or after another one."""
        return max(0.0001, seconds + self.chance.uniform(-0.003, 0.003))

    async def ended(self, tasks: list[asyncio.Task[None]]) -> None:
        """Waits for the ends of calls: by themselves, by the time or by a cancel."""
        for outcome in await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 20):
            assert outcome is None or isinstance(outcome, (asyncio.CancelledError, Trap)), outcome

    async def goes_on(self, store: Store) -> None:
        """The store is as ever, but for the instances that were stopped."""
        store.timeout = None
        assert await (await self.world(store)).run(2, 1) == 2
        self.leave(store)

    async def waiting(self, world: Any, ms: int, repeat: int = 1) -> None:
        """A call that waits for its host."""
        assert await world.run(repeat, ms) in (repeat * ms, ms)

    @operation(4)
    async def timeouts_around_the_waits_of_the_host(self) -> None:
        store = self.store()
        worlds = [await self.world(store, Cleaning(self.chance)) for _ in range(4)]
        ms = self.chance.randrange(1, 10)
        store.timeout = self.around(ms / 1000)
        tasks = [asyncio.create_task(self.waiting(world, ms)) for world in worlds]
        if self.chance.random() < 0.3:
            await asyncio.sleep(self.around(ms / 1000))
            self.chance.choice(tasks).cancel()
        await self.ended(tasks)
        await self.goes_on(store)

    @operation(3)
    async def timeouts_of_any_call(self) -> None:
        store = self.store()
        worlds = [await self.world(store) for _ in range(3)]
        store.timeout = self.chance.choice([0.0001, 0.002, 0.006])
        tasks = [asyncio.create_task(any_call(world, self.lots())) for world in worlds]
        await self.pause()
        await self.ended(tasks)
        await self.goes_on(store)

    @operation(3)
    async def deadlines_around_queues(self) -> None:
        """Some calls have begun when theirs comes, some wait for their turn, and some come when the block was left."""
        store = self.store()
        worlds = [await self.world(store, Cleaning(self.chance)) for _ in range(5)]
        ms = self.chance.randrange(1, 6)
        tasks = []
        for world in worlds:
            with store.deadline(self.around(self.chance.randrange(1, 4) * ms / 1000)):
                tasks.append(asyncio.create_task(self.waiting(world, ms)))
                await self.pause()
        if self.chance.random() < 0.3:
            self.chance.choice(tasks).cancel()
        await self.ended(tasks)
        await self.goes_on(store)

    @operation(2)
    async def timeouts_of_nested_calls(self) -> None:
        store = self.store()
        inner = [await self.world(store, Cleaning(self.chance)) for _ in range(3)]

        class Calling(Host):
            async def wait(self, ms: int) -> int:
                for world in inner:
                    try:
                        await world.run(1, ms)
                    except TimeoutTrap:
                        gc.collect(0)
                return ms

        outer = await self.world(store, Calling(self.chance))
        ms = self.chance.randrange(1, 6)
        store.timeout = self.around(self.chance.randrange(1, 4) * ms / 1000)
        task = asyncio.create_task(self.waiting(outer, ms))
        if self.chance.random() < 0.5:
            await asyncio.sleep(self.around(ms / 1000))
            task.cancel()
        await self.ended([task])
        await self.goes_on(store)

    @operation(2)
    async def stores_closed_in_another_thread(self) -> None:
        store = self.store()
        worlds = [await self.world(store, Cleaning(self.chance)) for _ in range(3)]
        store.timeout = 0.005
        tasks = [asyncio.create_task(self.waiting(world, 5)) for world in worlds]
        await self.pause()
        closer = threading.Thread(target=store.close)
        closer.start()
        closer.join()
        for outcome in await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 20):
            assert outcome is None or isinstance(outcome, (Trap, ValueError)), outcome


class Signals(Limits):
    """Guests that are stopped by the handlers of signals: in the main thread."""

    def __init__(self, chance: random.Random, waiter: ModuleType) -> None:
        super().__init__(chance)
        self.waiter = waiter
        self.signal: int | None = None
        """What the handler raises in turn."""
        # Where the tests run in the background, the shell has SIGINT ignored.
        handlers = {signal.SIGALRM: self.handler, signal.SIGINT: signal.default_int_handler}
        self.before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        self.heard = 0
        self.raising = False

    def end(self) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)
        self.before.clear()

    def handler(self, number: int, frame: FrameType | None) -> None:
        self.heard += 1
        if self.heard % 3 == 0:
            gc.collect(1)
        if self.signal is not None:
            signal.raise_signal(self.signal)
        if self.raising:
            raise Interrupted

    def interrupted(self, call: Callable[[], object]) -> None:
        """Does something that the handler ends."""
        seconds = self.soon()
        self.raising = True
        try:
            with pytest.raises(Interrupted):
                # Again and again: where Python ignores an exception, as in `__del__`, it must come once more.
                signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)
                call()
                time.sleep(10)
        finally:
            self.raising = False
            signal.setitimer(signal.ITIMER_REAL, 0)

    @operation(2)
    def handlers_that_raise(self) -> None:
        store = self.store()
        instance = self.endless(store)
        call = self.chance.choice(ENDLESS)
        self.interrupted(lambda: call(instance))
        self.leave(store)

    @operation(1)
    def handlers_that_raise_in_nested_calls(self) -> None:
        store = self.store()
        inner = self.endless(store)
        outer = self.endless(store, lambda value: inner.spin())
        self.interrupted(lambda: outer.ask(1))
        self.leave(store)

    @operation(1)
    def signals_raised_by_the_host(self) -> None:
        store = self.store()
        after = self.chance.randrange(1, 20)

        def notice(value: int) -> int:
            nonlocal after
            after -= 1
            self.raising = after == 0
            signal.raise_signal(signal.SIGALRM)
            return 1

        instance = self.endless(store, notice)
        with pytest.raises(Interrupted):
            instance.ask(50)
        self.raising = False
        self.stopped(instance)
        self.leave(store)

    def awaiting(self) -> object:
        """Awaits a call that does not end, while the timer runs."""
        store = self.store()
        host = Host(self.chance)
        self.mortal.add(host)
        seconds, call = self.soon(), self.chance.choice(["spin", "wait", "notes"])

        async def main() -> None:
            world = await self.waiter.AioWaiterAsync(store, self.waiter.AioWaiterAsyncImports(host=host))
            calls = {"spin": world.spin, "wait": lambda: world.run(1, 60_000), "notes": lambda: world.notes(1 << 31)}
            # And again, for a signal that comes just before the event loop waits is heard only when it has waited.
            signal.setitimer(signal.ITIMER_REAL, seconds, 2)
            await asyncio.wait_for(calls[call](), 20)

        try:
            return asyncio.run(main())
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            self.leave(store)

    # Before 3.11, asyncio leaves signals to the program, and its loop may lose a task when a handler raises.
    if sys.version_info >= (3, 11):

        @operation(1)
        def control_c_while_awaiting(self) -> None:
            self.signal = signal.SIGINT
            with pytest.raises(KeyboardInterrupt):
                self.awaiting()
            self.signal = None

        @operation(1)
        def handlers_that_raise_while_awaiting(self) -> None:
            self.raising = True
            with pytest.raises(Interrupted):
                self.awaiting()
            self.raising = False

    @operation(1)
    def handlers_that_return(self) -> None:
        store = self.store()
        instance = self.endless(store, lambda value: int(value < 50))
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.002)
        try:
            assert instance.work(8_000_000) == instance.work(8_000_000)
            assert instance.ask(50) == 50
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        self.leave(store)
