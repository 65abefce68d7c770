"""more"""

from __future__ import annotations

from typing import Protocol

__all__ = ["More"]


class More(Protocol):
    """more"""

    def relay(self, letter: str) -> str: ...
