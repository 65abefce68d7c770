"""cases:errors/user"""

from __future__ import annotations

from typing import Protocol

from ..imports.kinds import Alias, Trouble, TroubleRaised
from ..imports.kinds import Details as Particulars
from ..imports.kinds import DetailsRaised as ParticularsRaised

__all__ = [
    "Alias",
    "Particulars",
    "ParticularsRaised",
    "Trouble",
    "TroubleRaised",
    "User",
]


class User(Protocol):
    """cases:errors/user"""

    def n(self) -> int:
        """Raises: TroubleRaised"""
        ...

    def o(self) -> int:
        """Raises: ParticularsRaised"""
        ...

    def p(self) -> int:
        """Raises: TroubleRaised"""
        ...
