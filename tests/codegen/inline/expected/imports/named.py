"""cases:inline/named"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

__all__ = ["Named", "Point"]


@dataclass(frozen=True, slots=True)
class Point:
    """record point"""

    x: int  # s32
    y: int  # s32


class Named(Protocol):
    """cases:inline/named"""
