"""pass"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Pass"]


class Pass(Protocol):
    """pass"""

    def pass_(self, pass_: int) -> int: ...
