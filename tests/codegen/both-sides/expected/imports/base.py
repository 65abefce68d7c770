"""cases:both-sides/base"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import dovetail

__all__ = [
    "Base",
    "Bytes",
    "Holds",
    "Node",
    "Plain",
    "Problem",
    "ProblemRaised",
    "Problem_Bad",
    "Problem_Worse",
    "Reason",
]


@dataclass(frozen=True, slots=True)
class Plain:
    """record plain"""

    x: int  # u8


class Reason(enum.Enum):
    """enum reason"""

    ONE = 0
    TWO = 1


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


Bytes: TypeAlias = bytes
"""type bytes"""


@runtime_checkable
class Node(Protocol):
    """resource node"""

    def __init__(self, plain: Plain, /) -> None: ...

    def next(self) -> Node | None: ...


@dataclass(frozen=True, slots=True)
class Holds:
    """record holds"""

    node: Node
    plain: Plain


class Base(Protocol):
    """cases:both-sides/base"""

    def make(self, plain: Plain, bytes: Bytes, /) -> Holds:
        """Raises: ProblemRaised"""
        ...

    @property
    def Node(self) -> type[Node]: ...
