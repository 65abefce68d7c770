"""super"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Super"]


class Super(Protocol):
    """super"""

    def super(self, super: int) -> int: ...
