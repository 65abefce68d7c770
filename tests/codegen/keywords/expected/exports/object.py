"""object"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Object"]


class Object(Protocol):
    """object"""

    def object(self, object: int) -> int: ...
