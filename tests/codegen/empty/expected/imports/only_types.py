"""cases:empty/only-types"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

__all__ = ["OnlyTypes", "Point"]


@dataclass(frozen=True, slots=True)
class Point:
    """record point"""

    x: int  # u8


class OnlyTypes(Protocol):
    """cases:empty/only-types"""
