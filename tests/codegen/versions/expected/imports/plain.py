"""plain"""

from __future__ import annotations

from typing import Protocol

from .other_shapes_types_0_1_0 import Shape, ShapeRaised
from .other_shapes_types_0_2_0 import Shape as Shape2
from .other_shapes_types_0_2_0 import ShapeRaised as Shape2Raised

__all__ = ["Plain", "Shape", "Shape2", "Shape2Raised", "ShapeRaised"]


class Plain(Protocol):
    """plain"""

    def both(self, a: Shape, /) -> Shape2: ...
