"""raise"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Raise"]


class Raise(Protocol):
    """raise"""

    def raise_(self, raise_: int) -> int: ...
