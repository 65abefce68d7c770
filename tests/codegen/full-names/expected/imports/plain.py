"""plain"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Plain"]


class Plain(Protocol):
    """plain"""

    def greet(self, name: str, /) -> str: ...
