"""async"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Async"]


class Async(Protocol):
    """async"""

    def async_(self, async_: int) -> int: ...
