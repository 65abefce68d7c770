"""shed"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Shed"]


class Shed(Protocol):
    """shed"""

    def hammer(self, force: float, /) -> bool: ...
