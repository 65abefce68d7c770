"""in"""

from __future__ import annotations

from typing import Protocol

__all__ = ["In"]


class In(Protocol):
    """in"""

    def in_(self, in_: int) -> int: ...
