"""cases:both-sides/over"""

from __future__ import annotations

from typing import Protocol

from ..imports.base import Plain, Problem, ProblemRaised
from ..imports.over import More
from .base import Holds, Node

__all__ = ["Holds", "More", "Node", "Over", "Plain", "Problem", "ProblemRaised"]


class Over(Protocol):
    """cases:both-sides/over"""

    def walk(self, holds: Holds, more: More) -> list[Node]:
        """Takes the owned handles in `holds` away from the caller.

        Raises: ProblemRaised
        """
        ...
