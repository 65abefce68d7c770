"""cases:both-sides/base"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import dovetail

from ..imports.base import (
    Bytes,
    Plain,
    Problem,
    Problem_Bad,
    Problem_Worse,
    ProblemRaised,
    Reason,
)

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


@runtime_checkable
class Node(dovetail.Resource, Protocol):
    """resource node"""

    def __init__(self, plain: Plain) -> None: ...

    def next(self) -> Node | None: ...


@dataclass(frozen=True, slots=True)
class Holds:
    """record holds"""

    node: Node
    plain: Plain


class Base(Protocol):
    """cases:both-sides/base"""

    def make(self, plain: Plain, bytes: dovetail.Buffer) -> Holds:
        """Raises: ProblemRaised"""
        ...

    @property
    def Node(self) -> type[Node]: ...
