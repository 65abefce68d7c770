"""cases:resources/host"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias, runtime_checkable

import dovetail

__all__ = ["File", "FileAlias", "Host", "Token"]


@runtime_checkable
class File(Protocol):
    """Kept by the host."""

    def __init__(self, path: str, mode: bytes, /) -> None: ...

    def read(self, limit: int, /) -> dovetail.Buffer:
        """Raises: dovetail.Err[str]"""
        ...

    def copy(self, other: File, /) -> File: ...

    @staticmethod
    def join(files: list[File], /) -> File:
        """Raises: dovetail.Err[tuple[int, str]]"""
        ...

    def name(self) -> str | None: ...


@runtime_checkable
class Token(Protocol):
    """Without constructor."""


FileAlias: TypeAlias = File
"""type file-alias"""


class Host(Protocol):
    """cases:resources/host"""

    def open(self, token: Token, /) -> File:
        """Raises: dovetail.Err[Token]"""
        ...

    def close(self, file: FileAlias, /) -> None: ...

    def many(self) -> Sequence[tuple[str, File]]: ...

    @property
    def File(self) -> type[File]: ...

    @property
    def Token(self) -> type[Token]: ...
