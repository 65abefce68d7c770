"""The traps of the canonical ABI: every `trap_if` of lifting and lowering has a reason here."""

from __future__ import annotations

from enum import Enum, auto
from typing import NoReturn


class Reason(Enum):
    """Why a lifting or lowering cannot go on."""

    UNALIGNED = auto()
    OUT_OF_BOUNDS = auto()
    TOO_LONG = auto()
    DISCRIMINANT = auto()
    CHARACTER = auto()
    UTF8 = auto()
    UTF16 = auto()
    UNKNOWN_HANDLE = auto()
    NOT_OWNED = auto()
    LENT = auto()


class Trapped(Exception):
    """A guest did what the canonical ABI forbids."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.name)
        self.reason = reason


def trap(reason: Reason) -> NoReturn:
    """Ends the guest."""
    raise Trapped(reason)
