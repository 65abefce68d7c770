"""and"""

from __future__ import annotations

from typing import Protocol

__all__ = ["And"]


class And(Protocol):
    """and"""

    def and_(self, and_: int) -> int: ...
