"""from"""

from __future__ import annotations

from typing import Protocol

__all__ = ["From"]


class From(Protocol):
    """from"""

    def from_(self, from_: int) -> int: ...
