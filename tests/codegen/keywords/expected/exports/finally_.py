"""finally"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Finally"]


class Finally(Protocol):
    """finally"""

    def finally_(self, finally_: int) -> int: ...
