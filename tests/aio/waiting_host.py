"""The host of the guest `waiter`."""

from __future__ import annotations

import asyncio
import threading


class Host:
    """The host of the guest `waiter`: everything that can wait does."""

    class Sink:
        """A sink that takes its time."""

        def __init__(self) -> None:
            self.written: list[int] = []
            self.dropped = False

        async def write(self, count: int) -> int:
            await asyncio.sleep(0.001)
            self.written.append(count)
            return count

        async def drop(self) -> None:
            await asyncio.sleep(0.001)
            self.dropped = True

    def __init__(self) -> None:
        self.waits: list[int] = []

    async def wait(self, ms: int) -> int:
        self.waits.append(ms)
        await asyncio.sleep(ms / 1000)
        return ms

    async def look(self, text: str) -> str:
        await asyncio.sleep(0)
        return text[::-1]

    async def attempt(self) -> int:
        await asyncio.sleep(0)
        return 42

    def note(self, count: int) -> None:
        pass


class Plain(Host):
    """A host whose `wait` does not: for the synchronous face."""

    def wait(self, ms: int) -> int:  # type: ignore[override]
        return ms


class Ending(Host):
    """Notes in which thread its waits end, and with what."""

    def __init__(self) -> None:
        super().__init__()
        self.ended: list[tuple[int, str]] = []

    async def wait(self, ms: int) -> int:
        try:
            return await super().wait(ms)
        except BaseException as error:
            self.ended.append((threading.get_ident(), type(error).__name__))
            raise
