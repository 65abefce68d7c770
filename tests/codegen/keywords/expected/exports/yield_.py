"""yield"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Yield"]


class Yield(Protocol):
    """yield"""

    def yield_(self, yield_: int) -> int: ...
