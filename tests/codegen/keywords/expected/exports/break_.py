"""break"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Break"]


class Break(Protocol):
    """break"""

    def break_(self, break_: int) -> int: ...
