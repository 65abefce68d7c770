"""list"""

from __future__ import annotations

from typing import Protocol

__all__ = ["List"]


class List(Protocol):
    """list"""

    def list(self, list: int) -> int: ...
