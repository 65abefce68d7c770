"""cases:full-names/types@0.3.0-rc.1"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

__all__ = ["Point", "Types"]


@dataclass(frozen=True, slots=True)
class Point:
    """record point"""

    x: int  # u32
    y: int  # u32


class Types(Protocol):
    """cases:full-names/types@0.3.0-rc.1"""
