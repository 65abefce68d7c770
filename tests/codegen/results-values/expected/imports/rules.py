"""cases:results-values/rules"""

from __future__ import annotations

import enum
from typing import Protocol, TypeAlias

import dovetail

__all__ = ["Outcome", "Refusal", "Rules"]


class Refusal(enum.Enum):
    """An error that only functions have, which return it."""

    CLOSED = 0
    UNKNOWN = 1


Outcome: TypeAlias = dovetail.Ok[str] | dovetail.Err[Refusal]
"""type outcome"""


class Rules(Protocol):
    """cases:results-values/rules"""

    def look_up(self, rule: str, /) -> Outcome: ...
