"""cases:versions/types@1.0.0"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

__all__ = ["Here", "Types"]


@dataclass(frozen=True, slots=True)
class Here:
    """record here"""

    x: int  # u8


class Types(Protocol):
    """cases:versions/types@1.0.0"""

    def get(self) -> Here: ...
