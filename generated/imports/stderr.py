"""wasi:cli/stderr@0.2.12"""

from __future__ import annotations

from typing import Protocol

from .streams import OutputStream

__all__ = ["OutputStream", "Stderr"]


class Stderr(Protocol):
    """wasi:cli/stderr@0.2.12"""

    def get_stderr(self) -> OutputStream: ...
