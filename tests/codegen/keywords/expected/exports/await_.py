"""await"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Await"]


class Await(Protocol):
    """await"""

    def await_(self, await_: int) -> int: ...
