"""cases:async-faces/error@0.1.0"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import dovetail

__all__ = [
    "Error",
    "ErrorAsync",
    "ErrorAsync_",
    "ErrorInterface",
    "ErrorInterfaceAsync",
]


@runtime_checkable
class Error(Protocol):
    """resource error"""

    def text(self) -> str: ...


@runtime_checkable
class ErrorAsync_(Protocol):
    """resource error

    Methods may be `async def`: what they return is awaited.
    """

    def text(self) -> dovetail.MaybeAwaitable[str]: ...


@dataclass(frozen=True, slots=True)
class ErrorAsync:
    """record error-async"""

    code: int  # u32


class ErrorInterface(Protocol):
    """An interface that is named like its resource, and a type that is named like the asynchronous face of the two."""

    def last(self) -> tuple[Error, ErrorAsync]: ...

    @property
    def Error(self) -> type[Error]: ...


class ErrorInterfaceAsync(Protocol):
    """An interface that is named like its resource, and a type that is named like the asynchronous face of the two.

    Functions may be `async def`: what they return is awaited.
    """

    def last(self) -> dovetail.MaybeAwaitable[tuple[ErrorAsync_, ErrorAsync]]: ...

    @property
    def Error(self) -> type[ErrorAsync_]: ...
