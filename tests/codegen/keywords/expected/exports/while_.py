"""while"""

from __future__ import annotations

from typing import Protocol

__all__ = ["While"]


class While(Protocol):
    """while"""

    def while_(self, while_: int) -> int: ...
