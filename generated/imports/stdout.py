"""wasi:cli/stdout@0.2.12"""

from __future__ import annotations

from typing import Protocol

from .streams import OutputStream

__all__ = ["OutputStream", "Stdout"]


class Stdout(Protocol):
    """wasi:cli/stdout@0.2.12"""

    def get_stdout(self) -> OutputStream: ...
