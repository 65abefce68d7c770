"""with"""

from __future__ import annotations

from typing import Protocol

__all__ = ["With"]


class With(Protocol):
    """with"""

    def with_(self, with_: int) -> int: ...
