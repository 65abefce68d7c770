"""other:shapes/types@0.1.0"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import dovetail

__all__ = ["Shape", "ShapeRaised", "Shape_Circle", "Shape_Square", "Types"]


@dataclass(frozen=True, slots=True)
class Shape_Circle:
    """shape.circle"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Shape_Square:
    """shape.square"""


Shape: TypeAlias = Shape_Circle | Shape_Square
"""variant shape"""


class ShapeRaised(dovetail.Err[Shape]):
    """Raised where a function's result is an error of type shape."""


class Types(Protocol):
    """other:shapes/types@0.1.0"""

    def draw(self, shape: Shape, /) -> None:
        """Raises: ShapeRaised"""
        ...
