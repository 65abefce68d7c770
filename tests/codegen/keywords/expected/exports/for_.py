"""for"""

from __future__ import annotations

from typing import Protocol

__all__ = ["For"]


class For(Protocol):
    """for"""

    def for_(self, for_: int) -> int: ...
