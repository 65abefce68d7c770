"""cases:full-names/maps@0.3.0-rc.1"""

from __future__ import annotations

from typing import Protocol

from ..imports.cases_full_names_types_0_3_0_rc_1 import Point
from ..imports.other_shapes_areas_1_2_0 import Area

__all__ = ["Area", "Maps", "Point"]


class Maps(Protocol):
    """cases:full-names/maps@0.3.0-rc.1"""

    def measure(self, at: Point) -> Area: ...
