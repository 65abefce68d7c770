"""Hosts of the guest `waiter`, which answer, wait, fail and refuse as lots decide."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable
from typing import Any

from dovetail import Err


class Sink:
    """A resource of the host that takes its time."""

    async def write(self, count: int) -> int:
        await asyncio.sleep(0)
        return count

    async def drop(self) -> None:
        await asyncio.sleep(0)


class Host:
    """A host that answers at once or later, in the ways that lots decide."""

    Sink = Sink

    def __init__(self, chance: random.Random) -> None:
        self.chance = random.Random(chance.random())
        self.world: Any = None

    def wait(self, ms: int) -> int | Awaitable[int]:
        way = self.chance.randrange(5)
        if way == 0 and ms < 1000:
            return ms
        if way == 1:
            return asyncio.get_running_loop().create_task(self.later(ms))
        return self.later(ms)

    async def later(self, ms: int) -> int:
        await asyncio.sleep(0 if self.chance.random() < 0.5 and ms < 1000 else ms / 1000)
        return ms

    async def look(self, text: str) -> str:
        await asyncio.sleep(0.001)
        return text

    async def attempt(self) -> int:
        await asyncio.sleep(0)
        if self.chance.random() < 0.5:
            raise Err("no luck")
        return 42

    def note(self, count: int) -> None:
        pass


class Failing(Host):
    """A host that raises, before or after it has waited, or gives what does not fit."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__(chance)
        self.way = chance.randrange(4)

    def wait(self, ms: int) -> int | Awaitable[int]:
        if self.way == 0:
            raise KeyError(ms)
        return self.later(ms)

    async def later(self, ms: int) -> int:
        if self.way == 1:
            raise KeyError(ms)
        await asyncio.sleep(0.001)
        if self.way == 2:
            raise KeyError(ms)
        return "text"  # type: ignore[return-value]


class Stubborn(Host):
    """A host that does not let itself be cancelled."""

    async def later(self, ms: int) -> int:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        await asyncio.sleep(0)
        return ms
