"""class"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Class"]


class Class(Protocol):
    """class"""

    def class_(self, class_: int) -> int: ...
