"""The mark of functions that WIT calls deprecated.

Type checkers see `typing_extensions.deprecated` in its place, which they know; at run time generated packages need nothing but
`dovetail`, and CPython has no such decorator before 3.13.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["deprecated"]

_F = TypeVar("_F", bound=Callable[..., Any])


def deprecated(message: str, /) -> Callable[[_F], _F]:
    """Marks a declaration: the function stays what it is and gets the attribute `__deprecated__`, as in CPython 3.13."""

    def mark(function: _F) -> _F:
        function.__dict__["__deprecated__"] = message
        return function

    return mark
