"""false"""

from __future__ import annotations

from typing import Protocol

__all__ = ["False_"]


class False_(Protocol):
    """false"""

    def false(self, false: int) -> int: ...
