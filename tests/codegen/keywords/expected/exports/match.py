"""match"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Match"]


class Match(Protocol):
    """match"""

    def match(self, match: int) -> int: ...
