"""none"""

from __future__ import annotations

from typing import Protocol

__all__ = ["None_"]


class None_(Protocol):
    """none"""

    def none(self, none: int) -> int: ...
