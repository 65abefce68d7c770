"""else"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Else"]


class Else(Protocol):
    """else"""

    def else_(self, else_: int) -> int: ...
