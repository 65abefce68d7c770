"""cases:recursive-clashes/error"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import dovetail

from ..imports.error import (
    Error,
    Error_One,
    Error_Two,
    ErrorInterface,
    ErrorInterfaceInterface,
    ErrorRaised,
    ErrorRaised_,
    ErrorRaised_A,
    ErrorRaisedRaised,
    ErrorRaisedRaised_,
    ErrorRaisedRaisedRaised,
)

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


@runtime_checkable
class Holder(dovetail.Resource, Protocol):
    """A method `drop`, and what would be its other name."""

    def __init__(self, drop: int, self_: int, init: int) -> None: ...

    def drop_(self, drop: int) -> int: ...

    def close(self) -> int: ...


class ErrorInterface_(Protocol):
    """Derived names that meet names which are derived in turn."""

    def fail(self, error: Error) -> ErrorRaised:
        """Raises: ErrorRaised_"""
        ...

    def fail_again(self, error: Error) -> Error:
        """Raises: ErrorRaisedRaised_"""
        ...

    def fail_once_more(self, error: Error) -> Error:
        """Raises: ErrorRaisedRaisedRaised"""
        ...

    def type(self, error_raised: Sequence[ErrorRaised]) -> ErrorInterface: ...

    def drop(self, drop: Holder) -> Holder:
        """Takes `drop` (an owned handle) away from the caller."""
        ...

    @property
    def Holder(self) -> builtins.type[Holder]: ...
