"""cases:async-alone/runner@0.1.0"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import dovetail

from .clock import AlarmAsync, Moment

__all__ = ["AlarmAsync", "JobAsync", "Moment", "RunnerAsync"]


@runtime_checkable
class JobAsync(Protocol):
    """resource job

    Methods may be `async def`: what they return is awaited.
    """

    def __init__(self, name: str, /) -> None: ...

    def run(self, steps: list[int], /) -> dovetail.MaybeAwaitable[Sequence[str]]:
        """Raises: dovetail.Err[str]"""
        ...

    @staticmethod
    def both(a: JobAsync, b: JobAsync, /) -> dovetail.MaybeAwaitable[JobAsync]: ...


class RunnerAsync(Protocol):
    """cases:async-alone/runner@0.1.0

    Functions may be `async def`: what they return is awaited.
    """

    def wait(self, until: Moment, /) -> dovetail.MaybeAwaitable[Moment]: ...

    def set(self, alarm: AlarmAsync, /) -> dovetail.MaybeAwaitable[AlarmAsync]: ...

    @property
    def Job(self) -> type[JobAsync]: ...
