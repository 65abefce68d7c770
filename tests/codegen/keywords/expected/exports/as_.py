"""as"""

from __future__ import annotations

from typing import Protocol

__all__ = ["As"]


class As(Protocol):
    """as"""

    def as_(self, as_: int) -> int: ...
