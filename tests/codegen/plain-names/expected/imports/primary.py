"""primary: wasi:keyvalue/store@0.2.0"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import dovetail

__all__ = [
    "Bucket",
    "Error",
    "ErrorRaised",
    "Error_AccessDenied",
    "Error_NoSuchStore",
    "Error_Other",
    "KeyResponse",
    "Primary",
]


@dataclass(frozen=True, slots=True)
class Error_NoSuchStore:
    """error.no-such-store"""


@dataclass(frozen=True, slots=True)
class Error_AccessDenied:
    """error.access-denied"""


@dataclass(frozen=True, slots=True)
class Error_Other:
    """error.other"""

    value: str


Error: TypeAlias = Error_NoSuchStore | Error_AccessDenied | Error_Other
"""variant error"""


class ErrorRaised(dovetail.Err[Error]):
    """Raised where a function's result is an error of type error."""


@dataclass(frozen=True, slots=True)
class KeyResponse:
    """record key-response"""

    keys: list[str]
    cursor: int | None  # u64


@runtime_checkable
class Bucket(Protocol):
    """resource bucket"""

    def get(self, key: str, /) -> dovetail.Buffer | None:
        """Raises: ErrorRaised"""
        ...

    def set(self, key: str, value: bytes, /) -> None:
        """Raises: ErrorRaised"""
        ...

    def list_keys(self, cursor: int | None, /) -> KeyResponse:
        """Raises: ErrorRaised"""
        ...


class Primary(Protocol):
    """primary: wasi:keyvalue/store@0.2.0"""

    def open(self, identifier: str, /) -> Bucket:
        """Raises: ErrorRaised"""
        ...

    @property
    def Bucket(self) -> type[Bucket]: ...
