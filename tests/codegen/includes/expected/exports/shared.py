"""cases:includes/shared"""

from __future__ import annotations

from typing import Protocol

from ..imports.shared import Message

__all__ = ["Message", "Shared"]


class Shared(Protocol):
    """cases:includes/shared"""

    def relay(self, message: Message) -> Message: ...
