"""not"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Not"]


class Not(Protocol):
    """not"""

    def not_(self, not_: int) -> int: ...
