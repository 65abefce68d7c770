"""What awaited calls need of asyncio by name, and what a component's resources have in common where they are awaited."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from typing_extensions import Self


def future() -> asyncio.Future[None]:
    """A place in a store's queue, in the event loop that runs."""
    return asyncio.get_running_loop().create_future()


def give(place: asyncio.Future[None]) -> bool:
    """Tells a call in a store's queue that it is its turn; whether it still waits and can be told."""
    if place.done():
        return False
    loop = place.get_loop()
    try:
        if asyncio._get_running_loop() is loop:
            place.set_result(None)
        else:
            loop.call_soon_threadsafe(_finish, place)
    except RuntimeError:  # The event loop is closed.
        return False
    return True


def wake(awaited: object) -> None:
    """Cancels what the driver of a call waits for, from whatever thread, so that it looks at the call again."""
    cancel = getattr(awaited, "cancel", None)
    if cancel is None:  # It looks again by itself.
        return
    loop = awaited.get_loop() if asyncio.isfuture(awaited) else None
    if loop is None or asyncio._get_running_loop() is loop:
        cancel()
        return
    try:
        loop.call_soon_threadsafe(cancel)
    except RuntimeError:  # The event loop is closed: there is nobody to wake.
        pass


def _finish(place: asyncio.Future[None]) -> None:
    if not place.done():
        place.set_result(None)


async def ready(seconds: float | None, readable: Sequence[int], writable: Sequence[int]) -> None:
    """Waits until one of the descriptors may be read from or written to, or the time is over."""
    loop = asyncio.get_running_loop()
    happened = loop.create_future()
    timer = loop.call_later(seconds, _finish, happened) if seconds is not None else None
    # Copies, because the program may have the event loop watch the same descriptors for its own sake.
    copies: list[int] = []
    try:
        for descriptors, watch in ((readable, loop.add_reader), (writable, loop.add_writer)):
            for descriptor in descriptors:
                copies.append(os.dup(descriptor))
                try:
                    watch(copies[-1], _finish, happened)
                except PermissionError:  # A regular file, which is always ready.
                    return
        await happened
    finally:
        if timer is not None:
            timer.cancel()
        for copy in copies:
            loop.remove_reader(copy)
            loop.remove_writer(copy)
            os.close(copy)


class AwaitedResource:
    """What the classes of a component's resources have in common in a world's asynchronous face."""

    __slots__ = ()

    async def drop(self) -> None:
        """Drop the handle now. Does nothing when it was dropped or given away before."""
        from ._engine import _drop_async

        call = _drop_async(self)  # type: ignore[arg-type]
        if call is not None:
            await call

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        await self.drop()

    def __enter__(self) -> NoReturn:
        raise TypeError(f"`{type(self).__name__}` is awaited: use `async with`")

    def __exit__(self, *_: object) -> None:
        pass
