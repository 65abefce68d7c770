"""wasi:cli/stdin@0.2.12"""

from __future__ import annotations

from typing import Protocol

from .streams import InputStream

__all__ = ["InputStream", "Stdin"]


class Stdin(Protocol):
    """wasi:cli/stdin@0.2.12"""

    def get_stdin(self) -> InputStream: ...
