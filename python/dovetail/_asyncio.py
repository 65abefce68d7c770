"""What awaited calls need of asyncio by name, and what a component's resources have in common where they are awaited."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from types import TracebackType

    from typing_extensions import Self

    from ._engine import Store


class Place:
    """A place in the queue of a store's awaited calls, in the event loop that runs."""

    __slots__ = ("_future", "_loop", "_store")

    def __init__(self, store: Store) -> None:
        self._store = store
        self._loop = asyncio.get_running_loop()
        self._future: asyncio.Future[None] = self._loop.create_future()

    def __await__(self) -> Generator[object, None, None]:
        return self._future.__await__()

    def give(self) -> bool:
        """Sends the call in this place the message that it is its turn; whether it still waits and can get messages.

        May be called again after an exception, which can come from a signal's handler at any moment: two messages are as good
        as one.
        """
        if self._future.done():
            return False
        here = asyncio._get_running_loop() is self._loop
        send = self._loop.call_soon if here else self._loop.call_soon_threadsafe
        message = _Message(self)
        try:
            send(message)
        except RuntimeError:
            message.withdraw()
            if self._loop.is_closed():
                return False
            raise
        return True

    def is_lost(self) -> bool:
        """Whether nobody can wait here any more."""
        return self._loop.is_closed()

    def _arrive(self, message: _Message) -> None:
        _finish(self._future)
        # Behind what the future calls, which begins the call.
        self._loop.call_soon(message)

    def _give_again(self) -> None:
        self._store._give_again(self)


class _Message:
    """What an event loop calls to tell a call that it is its turn, twice: the second time the call has had its opportunity.

    An event loop that is closed forgets what it was to call. Then the turn goes to somebody else.
    """

    __slots__ = ("_arrived", "_place")

    def __init__(self, place: Place) -> None:
        self._place: Place | None = place
        self._arrived = False

    def __call__(self) -> None:
        if self._place is None:
            return
        if self._arrived:
            self._place = None
        else:
            self._arrived = True
            self._place._arrive(self)

    def withdraw(self) -> None:
        """Has nothing happen when the message is forgotten: it was not sent."""
        self._place = None

    def __del__(self) -> None:
        # An exception can have struck in `__init__` before anything was set: then nothing was sent.
        place: Place | None = getattr(self, "_place", None)
        if place is not None:
            place._give_again()


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


def end_abandoned(awaited: object, store: Store) -> None:
    """Has a call's event loop end it, which nobody awaits any more, where `awaited`, which it waits for, tells that loop."""
    if not asyncio.isfuture(awaited):
        return
    try:
        awaited.get_loop().call_soon_threadsafe(store._end_strays)
    except (RuntimeError, AttributeError):
        # The event loop is closed, or the collector has taken it apart already. The thread ends the call when it next uses the engine.
        pass


class Alarm:
    """The timer of a suspended call: when its time is over, what it waits for is cancelled. Not earlier, though some event loops
    (uvloop) count in whole milliseconds: nothing must begin after it that the engine's clock would end again."""

    __slots__ = ("_cancelling", "_end", "_handle", "_loop", "awaited", "rung")

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float, awaited: object) -> None:
        self.awaited: object = awaited
        self.rung = False
        self._cancelling = _cancelling()
        self._end = time.monotonic() + seconds
        self._loop = loop
        self._handle = loop.call_later(seconds, self._ring)

    def _ring(self) -> None:
        remaining = self._end - time.monotonic()
        if 0 < remaining < 0.01:  # More than that is a clock of another kind than ours.
            self._handle = self._loop.call_later(max(remaining, 0.001), self._ring)
            return
        self.rung = True
        wake(self.awaited)

    def is_cancelled(self) -> bool | None:
        """Whether the task that drives the call was cancelled, too. `None` where Python cannot tell, before 3.11."""
        before, now = self._cancelling, _cancelling()
        return None if before is None or now is None else now > before

    def stop(self) -> None:
        self.awaited = None
        self._handle.cancel()


def alarm(seconds: float, awaited: object) -> Alarm | None:
    """A timer in the event loop that runs. Without one, a call's time is looked at when it is driven."""
    loop = asyncio._get_running_loop()
    return None if loop is None else Alarm(loop, seconds, awaited)


def _cancelling() -> int | None:
    """How often the running task was asked to cancel itself."""
    if sys.version_info < (3, 11):
        return None
    try:
        task = asyncio.current_task()
    except RuntimeError:  # No event loop runs.
        return None
    return None if task is None else task.cancelling()


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
