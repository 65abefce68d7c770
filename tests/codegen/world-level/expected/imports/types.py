"""cases:world-level/types@2.0.0"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import dovetail

__all__ = ["Item", "Trouble", "TroubleRaised", "Trouble_None_", "Trouble_Some", "Types"]


@dataclass(frozen=True, slots=True)
class Item:
    """record item"""

    name: str


@dataclass(frozen=True, slots=True)
class Trouble_None_:
    """trouble.none"""


@dataclass(frozen=True, slots=True)
class Trouble_Some:
    """trouble.some"""

    value: int  # u8


Trouble: TypeAlias = Trouble_None_ | Trouble_Some
"""variant trouble"""


class TroubleRaised(dovetail.Err[Trouble]):
    """Raised where a function's result is an error of type trouble."""


class Types(Protocol):
    """cases:world-level/types@2.0.0"""
