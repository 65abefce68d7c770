"""or"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Or"]


class Or(Protocol):
    """or"""

    def or_(self, or_: int) -> int: ...
