"""wasi:random/random@0.2.12"""

from __future__ import annotations

from typing import Protocol

import dovetail

__all__ = ["Random"]


class Random(Protocol):
    """wasi:random/random@0.2.12"""

    def get_random_bytes(self, len: int, /) -> dovetail.Buffer: ...
