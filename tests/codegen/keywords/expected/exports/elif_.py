"""elif"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Elif"]


class Elif(Protocol):
    """elif"""

    def elif_(self, elif_: int) -> int: ...
