"""type"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Type"]


class Type(Protocol):
    """type"""

    def type(self, type: int) -> int: ...
