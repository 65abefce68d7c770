"""case"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Case"]


class Case(Protocol):
    """case"""

    def case(self, case: int) -> int: ...
