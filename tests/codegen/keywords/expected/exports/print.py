"""print"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Print"]


class Print(Protocol):
    """print"""

    def print(self, print: int) -> int: ...
