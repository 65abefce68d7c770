"""import"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Import"]


class Import(Protocol):
    """import"""

    def import_(self, import_: int) -> int: ...
