"""cases:includes/shared"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

__all__ = ["Message", "Shared"]


@dataclass(frozen=True, slots=True)
class Message:
    """record message"""

    text: str


class Shared(Protocol):
    """cases:includes/shared"""

    def relay(self, message: Message, /) -> Message: ...
