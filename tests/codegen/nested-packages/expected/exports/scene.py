"""inner:scenes/scene"""

from __future__ import annotations

from typing import Protocol

from ..imports.shape_1_0_0 import Size
from ..imports.shape_2_0_0 import Size as ExactSize

__all__ = ["ExactSize", "Scene", "Size"]


class Scene(Protocol):
    """inner:scenes/scene"""

    def scale(self, size: Size, factor: float) -> ExactSize: ...
