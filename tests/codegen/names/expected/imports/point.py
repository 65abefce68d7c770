"""cases:names/point"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

__all__ = ["Point", "PointInterface"]


@dataclass(frozen=True, slots=True)
class Point:
    """record point"""

    x: int  # s32


class PointInterface(Protocol):
    """An interface named like a record of it."""

    def get(self) -> Point: ...
