"""wasi:clocks/wall-clock@0.2.0"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

__all__ = ["Datetime", "WallClock"]


@dataclass(frozen=True, slots=True)
class Datetime:
    """record datetime"""

    seconds: int  # u64
    nanoseconds: int  # u32


class WallClock(Protocol):
    """wasi:clocks/wall-clock@0.2.0"""

    def now(self) -> Datetime: ...

    def resolution(self) -> Datetime: ...
