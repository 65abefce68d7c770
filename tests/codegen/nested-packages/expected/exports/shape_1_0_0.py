"""inner:shapes/shape@1.0.0"""

from __future__ import annotations

from typing import Protocol

from ..imports.shape_1_0_0 import Size

__all__ = ["Shape", "Size"]


class Shape(Protocol):
    """Of the first version."""

    def area(self, size: Size) -> int: ...
