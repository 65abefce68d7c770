"""return"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Return"]


class Return(Protocol):
    """return"""

    def return_(self, return_: int) -> int: ...
