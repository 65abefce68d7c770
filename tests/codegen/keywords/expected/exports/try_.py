"""try"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Try"]


class Try(Protocol):
    """try"""

    def try_(self, try_: int) -> int: ...
