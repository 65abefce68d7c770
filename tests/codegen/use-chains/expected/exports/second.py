"""cases:use-chains/second@1.0.0"""

from __future__ import annotations

from typing import Protocol

from ..imports.first import Pair
from ..imports.origin import Failure as Problem
from ..imports.origin import FailureRaised as ProblemRaised
from ..imports.origin import Thing as Item
from ..imports.second import Items

__all__ = ["Item", "Items", "Pair", "Problem", "ProblemRaised", "Second"]


class Second(Protocol):
    """Uses what the first has only used itself."""

    def turn(self, pair: Pair) -> Items:
        """Raises: ProblemRaised"""
        ...
