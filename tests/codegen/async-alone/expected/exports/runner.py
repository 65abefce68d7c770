"""cases:async-alone/runner@0.1.0"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import dovetail

from ..imports.clock import AlarmAsync, Moment

__all__ = ["AlarmAsync", "JobAsync", "Moment", "RunnerAsync"]


@runtime_checkable
class JobAsync(dovetail.AsyncResource, Protocol):
    """resource job

    Calls are awaited, the constructor's too.
    """

    def __init__(self, name: str) -> None: ...

    async def run(self, steps: Sequence[int] | dovetail.Buffer) -> list[str]:
        """Raises: dovetail.Err[str]"""
        ...

    @staticmethod
    async def both(a: JobAsync, b: JobAsync) -> JobAsync:
        """Takes `a` and `b` (owned handles) away from the caller."""
        ...


class RunnerAsync(Protocol):
    """cases:async-alone/runner@0.1.0

    Calls are awaited.
    """

    async def wait(self, until: Moment) -> Moment: ...

    async def set(self, alarm: AlarmAsync) -> AlarmAsync:
        """Takes `alarm` (an owned handle) away from the caller."""
        ...

    @property
    def Job(self) -> type[JobAsync]: ...
