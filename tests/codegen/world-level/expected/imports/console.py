"""console"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Console"]


class Console(Protocol):
    """console"""

    def write(self, bytes: bytes, /) -> None: ...
