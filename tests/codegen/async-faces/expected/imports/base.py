"""cases:async-faces/base@0.1.0"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import dovetail

__all__ = ["Base", "Plain", "Problem", "ProblemRaised", "Problem_Bad", "Problem_Worse"]


@dataclass(frozen=True, slots=True)
class Plain:
    """record plain"""

    x: int  # u8


@dataclass(frozen=True, slots=True)
class Problem_Bad:
    """problem.bad"""

    value: str


@dataclass(frozen=True, slots=True)
class Problem_Worse:
    """problem.worse"""


Problem: TypeAlias = Problem_Bad | Problem_Worse
"""variant problem"""


class ProblemRaised(dovetail.Err[Problem]):
    """Raised where a function's result is an error of type problem."""


class Base(Protocol):
    """What both sides speak of: defined once, whatever the face."""
