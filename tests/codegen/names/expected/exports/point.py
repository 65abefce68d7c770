"""cases:names/point"""

from __future__ import annotations

from typing import Protocol

from ..imports.point import Point

__all__ = ["Point", "PointInterface"]


class PointInterface(Protocol):
    """An interface named like a record of it."""

    def get(self) -> Point: ...
