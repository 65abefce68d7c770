"""cases:async-faces/disk@0.1.0"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import dovetail

from .base import Plain, Problem, ProblemRaised

__all__ = [
    "Disk",
    "DiskAsync",
    "File",
    "FileAlias",
    "FileAsync",
    "Holds",
    "Plain",
    "Problem",
    "ProblemRaised",
]


@runtime_checkable
class File(Protocol):
    """A file."""

    def __init__(self, path: str, /) -> None: ...

    def read(self, limit: int, /) -> dovetail.Buffer:
        """Raises: ProblemRaised"""
        ...

    @staticmethod
    def join(files: list[File], /) -> File: ...


@runtime_checkable
class FileAsync(Protocol):
    """A file.

    Methods may be `async def`: what they return is awaited.
    """

    def __init__(self, path: str, /) -> None: ...

    def read(self, limit: int, /) -> dovetail.MaybeAwaitable[dovetail.Buffer]:
        """Raises: ProblemRaised"""
        ...

    @staticmethod
    def join(files: list[File], /) -> dovetail.MaybeAwaitable[FileAsync]: ...


FileAlias: TypeAlias = File
"""type file-alias"""


@dataclass(frozen=True, slots=True)
class Holds:
    """record holds"""

    file: File | FileAsync
    plain: Plain


class Disk(Protocol):
    """Kept by the host."""

    def open(self, path: str, /) -> File:
        """Raises: ProblemRaised"""
        ...

    def close(self, file: FileAlias, /) -> None: ...

    def held(self, held: Holds, /) -> Holds | None: ...

    @dovetail.deprecated("since 0.1.0")
    def old(self) -> None:
        """Since 0.1.0. Deprecated since 0.1.0."""
        ...

    @property
    def File(self) -> type[File]: ...


class DiskAsync(Protocol):
    """Kept by the host.

    Functions may be `async def`: what they return is awaited.
    """

    def open(self, path: str, /) -> dovetail.MaybeAwaitable[FileAsync]:
        """Raises: ProblemRaised"""
        ...

    def close(self, file: FileAlias, /) -> dovetail.MaybeAwaitable[None]: ...

    def held(self, held: Holds, /) -> dovetail.MaybeAwaitable[Holds | None]: ...

    @dovetail.deprecated("since 0.1.0")
    def old(self) -> dovetail.MaybeAwaitable[None]:
        """Since 0.1.0. Deprecated since 0.1.0."""
        ...

    @property
    def File(self) -> type[FileAsync]: ...
