"""cases:use-chains/second@1.0.0"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

from .first import Pair
from .origin import Failure as Problem
from .origin import FailureRaised as ProblemRaised
from .origin import Thing as Item

__all__ = ["Item", "Items", "Pair", "Problem", "ProblemRaised", "Second"]

Items: TypeAlias = list[Item]
"""type items"""


class Second(Protocol):
    """Uses what the first has only used itself."""

    def turn(self, pair: Pair, /) -> Sequence[Item]:
        """Raises: ProblemRaised"""
        ...
