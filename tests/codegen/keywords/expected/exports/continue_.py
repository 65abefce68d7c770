"""continue"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Continue"]


class Continue(Protocol):
    """continue"""

    def continue_(self, continue_: int) -> int: ...
