"""cases:both-sides/over"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from .base import Holds, Node, Plain, Problem, ProblemRaised

__all__ = ["Holds", "More", "Node", "Over", "Plain", "Problem", "ProblemRaised"]


@dataclass(frozen=True, slots=True)
class More:
    """record more"""

    plain: Plain
    count: int  # u32


class Over(Protocol):
    """cases:both-sides/over"""

    def walk(self, holds: Holds, more: More, /) -> Sequence[Node]:
        """Raises: ProblemRaised"""
        ...
