"""str"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Str"]


class Str(Protocol):
    """str"""

    def str(self, str: int) -> int: ...
