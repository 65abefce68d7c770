"""nonlocal"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Nonlocal"]


class Nonlocal(Protocol):
    """nonlocal"""

    def nonlocal_(self, nonlocal_: int) -> int: ...
