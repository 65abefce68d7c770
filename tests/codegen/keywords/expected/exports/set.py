"""set"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Set"]


class Set(Protocol):
    """set"""

    def set(self, set: int) -> int: ...
