"""cases:use-chains/first@1.0.0"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from .origin import Failure, FailureRaised, Kind, Thing

__all__ = ["Failure", "FailureRaised", "First", "Kind", "Pair", "Thing"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Of things from elsewhere."""

    left: Thing
    right: Thing


class First(Protocol):
    """The first in the chain."""

    def make(self, kind: Kind, /) -> Pair:
        """Raises: FailureRaised"""
        ...
