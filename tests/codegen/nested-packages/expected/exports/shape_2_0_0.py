"""inner:shapes/shape@2.0.0"""

from __future__ import annotations

from typing import Protocol

from ..imports.shape_2_0_0 import Size

__all__ = ["Shape", "Size"]


class Shape(Protocol):
    """Of the second version, in another package of the same file."""

    def area(self, size: Size) -> float: ...
