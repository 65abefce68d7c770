"""cases:empty/only-types"""

from __future__ import annotations

from typing import Protocol

from ..imports.only_types import Point

__all__ = ["OnlyTypes", "Point"]


class OnlyTypes(Protocol):
    """cases:empty/only-types"""
