"""cases:async-alone/clock@0.1.0"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import dovetail

__all__ = ["AlarmAsync", "ClockAsync", "Moment", "Pair"]


@dataclass(frozen=True, slots=True)
class Moment:
    """record moment"""

    seconds: int  # u64


@runtime_checkable
class AlarmAsync(Protocol):
    """resource alarm

    Methods may be `async def`: what they return is awaited.
    """

    def __init__(self, at: Moment, /) -> None: ...

    def ring(self) -> dovetail.MaybeAwaitable[int]:
        """Raises: dovetail.Err[str]"""
        ...


@dataclass(frozen=True, slots=True)
class Pair:
    """record pair"""

    alarm: AlarmAsync
    at: Moment


class ClockAsync(Protocol):
    """cases:async-alone/clock@0.1.0

    Functions may be `async def`: what they return is awaited.
    """

    def now(self) -> dovetail.MaybeAwaitable[Moment]: ...

    def wait(self, until: Moment, /) -> dovetail.MaybeAwaitable[None]: ...

    def set(self, alarm: AlarmAsync, /) -> dovetail.MaybeAwaitable[Pair]: ...

    @property
    def Alarm(self) -> type[AlarmAsync]: ...
