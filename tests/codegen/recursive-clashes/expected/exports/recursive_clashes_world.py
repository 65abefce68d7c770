"""cases:recursive-clashes/recursive-clashes-world"""

from __future__ import annotations

from typing import Protocol

from ..imports.recursive_clashes_world import RecursiveClashes

__all__ = ["RecursiveClashes", "RecursiveClashesWorld"]


class RecursiveClashesWorld(Protocol):
    """An interface with the name that the world's class would have, with the world's own names in it."""

    def same(self, recursive_clashes: RecursiveClashes) -> RecursiveClashes: ...
