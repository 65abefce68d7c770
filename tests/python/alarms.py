"""An alarm for tests: a signal whose handler comes in the middle of whatever is under way."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Handler = Callable[[int, FrameType | None], None]


class Interrupted(Exception):
    """What a handler raises."""


def stop(number: int, frame: FrameType | None) -> None:
    """A handler that raises."""
    raise Interrupted


def ring(seconds: float, interval: float = 0) -> None:
    """Has the alarm ring after so many seconds, and again after each `interval`."""
    signal.setitimer(signal.ITIMER_REAL, seconds, interval)


@contextmanager
def hearing(handler: Handler) -> Iterator[None]:
    """Has `handler` called when the alarm rings; afterwards it does not."""
    before = signal.signal(signal.SIGALRM, handler)
    try:
        yield
    finally:
        ring(0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def alarm(seconds: float, handler: Handler, interval: float = 0) -> Iterator[None]:
    """Has `handler` called after so many seconds, and again after each `interval`."""
    with hearing(handler):
        ring(seconds, interval)
        yield
