"""lambda"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Lambda"]


class Lambda(Protocol):
    """lambda"""

    def lambda_(self, lambda_: int) -> int: ...
