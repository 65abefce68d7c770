"""del"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Del"]


class Del(Protocol):
    """del"""

    def del_(self, del_: int) -> int: ...
