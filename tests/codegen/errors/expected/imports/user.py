"""cases:errors/user"""

from __future__ import annotations

from typing import Protocol

from .kinds import Alias, Trouble, TroubleRaised
from .kinds import Details as Particulars
from .kinds import DetailsRaised as ParticularsRaised

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
