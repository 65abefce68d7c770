"""Awaited calls: many at once, in turns, cancelled at any moment, failing, forgotten, and left in event loops that are closed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from dovetail import Err, Store, Trap
from soak_hosts import Failing, Host, Sink, Stubborn
from soaking import TEXT, Part, operation


async def some_calls(world: Any, chance: random.Random) -> None:
    """A call, or some, with results that are known."""
    text = chance.choice([TEXT, "grüße" * chance.randrange(200)])
    match chance.randrange(7):
        case 0:
            assert await world.run(3, 2) == 6
        case 1:
            assert await world.echo(text) == text
        case 2:
            try:
                assert await world.attempt() == 42
            except Err as error:
                assert error.value == "no luck"
        case 3:
            assert await world.fill(Sink()) == 7
        case 4:
            # No block, which would go on awaiting where the event loop is closed.
            table = await world.tables.Table(1)
            assert await table.read() == 1
            await table.drop()
        case 5:
            await world.tables.Table.open(2)  # The next call drops it.
            await world.notes(20)
        case _:
            assert await world.compute(200_000) is not None


async def any_call(world: Any, chance: random.Random) -> None:
    """A call that may have to be stopped."""
    match chance.randrange(6):
        case 0:
            await world.spin()
        case 1:
            await world.run(1, 60_000)
        case 2:
            await world.tables.Table(60_000)
        case 3:
            await world.crash()
        case _:
            await some_calls(world, chance)


class Worlds(Part):
    """Worlds of the guest `waiter` in the asynchronous face."""

    def __init__(self, chance: random.Random, package: ModuleType, beside: Callable[[], object] = lambda: None) -> None:
        super().__init__(chance)
        self.package = package
        self.beside = beside
        """What is done meanwhile, while calls are suspended: it uses other stores."""

    async def world(self, store: Store | None = None, host: Host | None = None) -> Any:
        """A world with its host, in a store of its own or in a given one."""
        host = host or Host(self.chance)
        self.mortal.add(host)
        imports = self.package.AioWaiterAsyncImports(host=host)
        host.world = await self.package.AioWaiterAsync(store or self.store(), imports)
        return host.world

    def lots(self) -> random.Random:
        """Lots for a task, whose order of drawing must not depend on that of other tasks."""
        return random.Random(self.chance.random())

    async def pause(self) -> None:
        """Lets the tasks come to some point."""
        for _ in range(self.chance.randrange(4)):
            await asyncio.sleep(self.chance.choice([0, 0, 0.001]))
        if self.chance.random() < 0.3:
            self.beside()


class Awaited(Worlds):
    """Scenes with many of them."""

    @operation(4)
    async def many_at_once(self) -> None:
        stores = [self.store() for _ in range(self.chance.randrange(1, 20))]
        worlds = await asyncio.gather(*[self.world(store) for store in stores])
        await asyncio.gather(*[some_calls(world, self.lots()) for world in worlds])
        self.leave(*stores)

    @operation(2)
    async def in_turns(self) -> None:
        store = self.store()
        worlds = [await self.world(store) for _ in range(3)]
        await asyncio.gather(*[some_calls(self.chance.choice(worlds), self.lots()) for _ in range(8)])
        async with await worlds[0].tables.Table(1) as table:
            assert await table.read() == 1
        self.leave(store)

    @operation(8)
    async def cancelled_at_any_moment(self) -> None:
        stores = [self.store() for _ in range(self.chance.randrange(1, 6))]
        worlds = [await self.world(store) for store in stores for _ in range(2)]
        tasks = [asyncio.create_task(any_call(self.chance.choice(worlds), self.lots())) for _ in range(10)]
        self.chance.shuffle(tasks)
        for task in tasks:
            await self.pause()
            task.cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            assert outcome is None or isinstance(outcome, (asyncio.CancelledError, Trap)), outcome
        self.leave(*stores)

    @operation(2)
    async def cancelled_while_it_is_instantiated(self) -> None:
        stores = [self.store() for _ in range(5)]
        tasks = [asyncio.create_task(self.world(store)) for store in stores]
        for task in tasks:
            if self.chance.random() < 0.5:
                task.cancel()
        await self.pause()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            assert not isinstance(outcome, Exception), outcome
        self.leave(*stores)

    @operation(2)
    async def refused_cancellations(self) -> None:
        store = self.store()
        world = await self.world(store, Stubborn(self.chance))
        task = asyncio.create_task(world.run(1, 3))
        await asyncio.sleep(0.001)
        task.cancel()
        assert await task == 3
        self.leave(store)

    @operation(3)
    async def time_limits(self) -> None:
        store = self.store()
        world = await self.world(store)
        call = self.chance.choice([world.spin, lambda: world.run(1, 60_000), lambda: world.notes(100_000_000)])
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(call(), self.chance.choice([0.0001, 0.002, 0.01]))
        self.leave(store)

    @operation(3)
    async def stores_closed_meanwhile(self) -> None:
        store = self.store()
        worlds = [await self.world(store) for _ in range(2)]
        tasks = [asyncio.create_task(any_call(self.chance.choice(worlds), self.lots())) for _ in range(4)]
        await self.pause()
        store.close()
        await self.pause()
        for task in tasks:
            if self.chance.random() < 0.2:
                task.cancel()
        for outcome in await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 20):
            assert outcome is None or isinstance(outcome, (asyncio.CancelledError, Trap, ValueError)), outcome

    @operation(3)
    async def failing_hosts(self) -> None:
        store = self.store()
        world = await self.world(store, Failing(self.chance))
        with pytest.raises((KeyError, TypeError)):
            await world.run(1, 1)
        with pytest.raises(Trap):
            await world.run(1, 1)
        self.leave(store)

    @operation(2)
    async def refused_arguments(self) -> None:
        store = self.store()
        world = await self.world(store)
        for call in (
            lambda: world.run(1, -1),
            lambda: world.echo("\ud800"),
            lambda: world.fill(3),
            lambda: world.run(1),
        ):
            with pytest.raises((TypeError, ValueError, OverflowError)):
                await call()
        self.leave(store)

    @operation(2)
    async def nested_calls(self) -> None:
        store = self.store()
        inner = await self.world(store)

        class Calling(Host):
            async def wait(self, ms: int) -> int:
                await some_calls(inner, self.chance)
                return ms

        outer = await self.world(store, Calling(self.chance))
        tasks = [asyncio.create_task(outer.run(2, 1)) for _ in range(3)]
        await self.pause()
        if self.chance.random() < 0.5:
            tasks[0].cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            assert outcome == 2 or isinstance(outcome, (asyncio.CancelledError, Trap)), outcome
        self.leave(store)

    @operation(3)
    async def calls_that_nobody_awaits(self) -> None:
        store = self.store()
        world = await self.world(store)
        world.run(1, 1)
        call = world.run(1, 60_000)
        match self.chance.randrange(5):
            case 0:
                call.send(None)
            case 1:
                call.send(None)
                call.close()
            case 2:
                call.close()
            case 3:
                call.send(None)
                with pytest.raises(LookupError):
                    call.throw(LookupError)
            case _:
                # In a cycle, which the collector finds some time.
                call.send(None)
                world.call = call
        del call
        self.leave(store)

    @operation(2)
    def event_loops_that_are_closed(self) -> None:
        """Calls are suspended, and wait for their turn, in a loop that goes on no more."""
        store = self.store()

        async def begin() -> Any:
            world = await self.world(store)
            tasks.extend(asyncio.create_task(any_call(world, self.lots())) for _ in range(3))
            await self.pause()

        tasks: list[asyncio.Task[None]] = []
        loop = asyncio.new_event_loop()
        loop.run_until_complete(begin())
        loop.close()
        if self.chance.random() < 0.5:
            store.close()
