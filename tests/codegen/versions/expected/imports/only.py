"""other:shapes/only@0.2.0"""

from __future__ import annotations

from typing import Protocol

from .other_shapes_types_0_2_0 import Shape, ShapeRaised

__all__ = ["Only", "Shape", "ShapeRaised"]


class Only(Protocol):
    """other:shapes/only@0.2.0"""

    def area(self, shape: Shape, /) -> float: ...
