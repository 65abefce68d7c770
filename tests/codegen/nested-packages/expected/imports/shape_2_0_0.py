"""inner:shapes/shape@2.0.0"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

__all__ = ["Shape", "Size"]


@dataclass(frozen=True, slots=True)
class Size:
    """record size"""

    width: float
    height: float


class Shape(Protocol):
    """Of the second version, in another package of the same file."""

    def area(self, size: Size, /) -> float: ...
