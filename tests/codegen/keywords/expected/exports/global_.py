"""global"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Global"]


class Global(Protocol):
    """global"""

    def global_(self, global_: int) -> int: ...
