"""inner:shapes/shape@1.0.0"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

__all__ = ["Shape", "Size"]


@dataclass(frozen=True, slots=True)
class Size:
    """record size"""

    width: int  # u32
    height: int  # u32


class Shape(Protocol):
    """Of the first version."""

    def area(self, size: Size, /) -> int: ...
