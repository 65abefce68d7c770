"""except"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Except"]


class Except(Protocol):
    """except"""

    def except_(self, except_: int) -> int: ...
