"""true"""

from __future__ import annotations

from typing import Protocol

__all__ = ["True_"]


class True_(Protocol):
    """true"""

    def true(self, true: int) -> int: ...
