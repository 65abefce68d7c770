"""cases:recursive-clashes/recursive-clashes-world"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

__all__ = ["RecursiveClashes", "RecursiveClashesWorld"]


@dataclass(frozen=True, slots=True)
class RecursiveClashes:
    """record recursive-clashes"""

    recursive_clashes_imports: int  # u8
    store: int  # u8
    imports: int  # u8


class RecursiveClashesWorld(Protocol):
    """An interface with the name that the world's class would have, with the world's own names in it."""

    def same(self, recursive_clashes: RecursiveClashes, /) -> RecursiveClashes: ...
