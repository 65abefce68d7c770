"""calendar"""

from __future__ import annotations

from typing import Protocol

from .wall_clock import Datetime

__all__ = ["Calendar", "Datetime"]


class Calendar(Protocol):
    """calendar"""

    def later(self, than: Datetime, /) -> Datetime: ...
