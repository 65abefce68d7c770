"""wasi:random/insecure-seed@0.2.0"""

from __future__ import annotations

from typing import Protocol

__all__ = ["InsecureSeed"]


class InsecureSeed(Protocol):
    """wasi:random/insecure-seed@0.2.0"""

    def insecure_seed(self) -> tuple[int, int]: ...
