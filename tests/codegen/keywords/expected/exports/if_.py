"""if"""

from __future__ import annotations

from typing import Protocol

__all__ = ["If"]


class If(Protocol):
    """if"""

    def if_(self, if_: int) -> int: ...
