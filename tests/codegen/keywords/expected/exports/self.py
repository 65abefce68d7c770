"""self"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Self"]


class Self(Protocol):
    """self"""

    def self(self, self_: int) -> int: ...
