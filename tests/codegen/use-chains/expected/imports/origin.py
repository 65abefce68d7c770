"""far:away/origin@2.1.0"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import dovetail

__all__ = [
    "Failure",
    "FailureRaised",
    "Failure_OfKind",
    "Failure_Other",
    "Kind",
    "Node",
    "Origin",
    "Thing",
]


class Kind(enum.Enum):
    """enum kind"""

    ONE = 0
    TWO = 1


@dataclass(frozen=True, slots=True)
class Thing:
    """record thing"""

    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class Failure_OfKind:
    """failure.of-kind"""

    value: Kind


@dataclass(frozen=True, slots=True)
class Failure_Other:
    """failure.other"""


Failure: TypeAlias = Failure_OfKind | Failure_Other
"""variant failure"""


class FailureRaised(dovetail.Err[Failure]):
    """Raised where a function's result is an error of type failure."""


@runtime_checkable
class Node(Protocol):
    """resource node"""

    def __init__(self, name: str, /) -> None: ...

    def name(self) -> str: ...


class Origin(Protocol):
    """far:away/origin@2.1.0"""

    @property
    def Node(self) -> type[Node]: ...
