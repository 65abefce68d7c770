"""tools"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Tools"]


class Tools(Protocol):
    """tools"""

    def hammer(self, force: float) -> bool: ...
