"""def"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Def"]


class Def(Protocol):
    """def"""

    def def_(self, def_: int) -> int: ...
