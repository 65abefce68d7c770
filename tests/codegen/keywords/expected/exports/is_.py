"""is"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Is"]


class Is(Protocol):
    """is"""

    def is_(self, is_: int) -> int: ...
