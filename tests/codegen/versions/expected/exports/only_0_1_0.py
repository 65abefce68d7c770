"""other:shapes/only@0.1.0"""

from __future__ import annotations

from typing import Protocol

from ..imports.other_shapes_types_0_1_0 import Shape, ShapeRaised

__all__ = ["Only", "Shape", "ShapeRaised"]


class Only(Protocol):
    """other:shapes/only@0.1.0"""

    def area(self, shape: Shape) -> float: ...
