"""cases:recursive-clashes/error"""

from __future__ import annotations

import builtins
import enum
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import dovetail

__all__ = [
    "Error",
    "ErrorInterface",
    "ErrorInterfaceInterface",
    "ErrorInterface_",
    "ErrorRaised",
    "ErrorRaisedRaised",
    "ErrorRaisedRaisedRaised",
    "ErrorRaisedRaised_",
    "ErrorRaised_",
    "ErrorRaised_A",
    "Error_One",
    "Error_Two",
    "Holder",
]


@dataclass(frozen=True, slots=True)
class Error_One:
    """error.one"""


@dataclass(frozen=True, slots=True)
class Error_Two:
    """error.two"""


Error: TypeAlias = Error_One | Error_Two
"""variant error"""


class ErrorRaised_(dovetail.Err[Error]):
    """Raised where a function's result is an error of type error."""


@dataclass(frozen=True, slots=True)
class ErrorRaised_A:
    """error-raised.a"""


ErrorRaised: TypeAlias = ErrorRaised_A
"""variant error-raised"""


class ErrorRaisedRaised_(dovetail.Err[ErrorRaised]):
    """Raised where a function's result is an error of type error-raised."""


class ErrorRaisedRaised(enum.Enum):
    """enum error-raised-raised"""

    A = 0


class ErrorRaisedRaisedRaised(dovetail.Err[ErrorRaisedRaised]):
    """Raised where a function's result is an error of type error-raised-raised."""


class ErrorInterface(enum.Enum):
    """enum error-interface"""

    A = 0


class ErrorInterfaceInterface(enum.Enum):
    """enum error-interface-interface"""

    A = 0


@runtime_checkable
class Holder(Protocol):
    """A method `drop`, and what would be its other name."""

    def __init__(self, drop: int, self_: int, init: int, /) -> None: ...

    def drop_(self, drop: int, /) -> int: ...

    def close(self) -> int: ...


class ErrorInterface_(Protocol):
    """Derived names that meet names which are derived in turn."""

    def fail(self, error: Error, /) -> ErrorRaised:
        """Raises: ErrorRaised_"""
        ...

    def fail_again(self, error: Error, /) -> Error:
        """Raises: ErrorRaisedRaised_"""
        ...

    def fail_once_more(self, error: Error, /) -> Error:
        """Raises: ErrorRaisedRaisedRaised"""
        ...

    def type(self, error_raised: list[ErrorRaised], /) -> ErrorInterface: ...

    def drop(self, drop: Holder, /) -> Holder: ...

    @property
    def Holder(self) -> builtins.type[Holder]: ...
