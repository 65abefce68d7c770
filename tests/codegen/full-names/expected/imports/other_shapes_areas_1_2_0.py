"""other:shapes/areas@1.2.0"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

__all__ = ["Area", "Areas"]


@dataclass(frozen=True, slots=True)
class Area:
    """record area"""

    width: int  # u32
    height: int  # u32


class Areas(Protocol):
    """other:shapes/areas@1.2.0"""
