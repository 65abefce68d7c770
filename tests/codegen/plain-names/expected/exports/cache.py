"""cache: wasi:keyvalue/store@0.2.0"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import dovetail

from ..imports.primary import (
    Error,
    Error_AccessDenied,
    Error_NoSuchStore,
    Error_Other,
    ErrorRaised,
    KeyResponse,
)

__all__ = [
    "Bucket",
    "Cache",
    "Error",
    "ErrorRaised",
    "Error_AccessDenied",
    "Error_NoSuchStore",
    "Error_Other",
    "KeyResponse",
]


@runtime_checkable
class Bucket(dovetail.Resource, Protocol):
    """resource bucket"""

    def get(self, key: str) -> bytes | None:
        """Raises: ErrorRaised"""
        ...

    def set(self, key: str, value: dovetail.Buffer) -> None:
        """Raises: ErrorRaised"""
        ...

    def list_keys(self, cursor: int | None) -> KeyResponse:
        """Raises: ErrorRaised"""
        ...


class Cache(Protocol):
    """cache: wasi:keyvalue/store@0.2.0"""

    def open(self, identifier: str) -> Bucket:
        """Raises: ErrorRaised"""
        ...

    @property
    def Bucket(self) -> type[Bucket]: ...
