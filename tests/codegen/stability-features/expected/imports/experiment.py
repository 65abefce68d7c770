"""cases:stability-features/experiment@1.3.0"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Experiment"]


class Experiment(Protocol):
    """cases:stability-features/experiment@1.3.0

    Unstable: feature `fancier`.
    """

    def try_(self, value: int, /) -> int: ...
