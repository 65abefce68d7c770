"""cases:async-faces/guest@0.1.0"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import dovetail

from ..imports.base import Plain, Problem, ProblemRaised
from ..imports.disk import File, FileAsync

__all__ = [
    "Fallible",
    "FallibleAsync",
    "File",
    "FileAsync",
    "Guest",
    "GuestAsync",
    "Handle",
    "Handle_File",
    "Handle_None_",
    "Handle_Table",
    "Plain",
    "Problem",
    "ProblemRaised",
    "Table",
    "TableAlias",
    "TableAsync",
]


@runtime_checkable
class Table(dovetail.Resource, Protocol):
    """resource table"""

    def __init__(self, name: str) -> None: ...

    def copy(self, other: Table) -> Table: ...

    @staticmethod
    def join(tables: Sequence[Table]) -> Table:
        """Takes the owned handles in `tables` away from the caller.

        Raises: ProblemRaised
        """
        ...

    def drop_(self) -> None: ...


@runtime_checkable
class TableAsync(dovetail.AsyncResource, Protocol):
    """resource table

    Calls are awaited, the constructor's too.
    """

    def __init__(self, name: str) -> None: ...

    async def copy(self, other: TableAsync) -> TableAsync: ...

    @staticmethod
    async def join(tables: Sequence[TableAsync]) -> TableAsync:
        """Takes the owned handles in `tables` away from the caller.

        Raises: ProblemRaised
        """
        ...

    async def drop_(self) -> None: ...


@runtime_checkable
class Fallible(dovetail.Resource, Protocol):
    """A fallible constructor."""

    def __init__(self, name: str) -> None:
        """Raises: ProblemRaised"""
        ...


@runtime_checkable
class FallibleAsync(dovetail.AsyncResource, Protocol):
    """A fallible constructor.

    Calls are awaited, the constructor's too.
    """

    def __init__(self, name: str) -> None:
        """Raises: ProblemRaised"""
        ...


TableAlias: TypeAlias = Table
"""type table-alias"""


@dataclass(frozen=True, slots=True)
class Handle_Table:
    """handle.table"""

    value: Table | TableAsync


@dataclass(frozen=True, slots=True)
class Handle_File:
    """handle.file"""

    value: File | FileAsync


@dataclass(frozen=True, slots=True)
class Handle_None_:
    """handle.none"""


Handle: TypeAlias = Handle_Table | Handle_File | Handle_None_
"""variant handle"""


class Guest(Protocol):
    """cases:async-faces/guest@0.1.0"""

    def pass_(self, handle: Handle) -> Handle:
        """Takes the owned handles in `handle` away from the caller."""
        ...

    def alias(self, table: TableAlias) -> list[TableAlias]:
        """Takes `table` (an owned handle) away from the caller."""
        ...

    def load(self, file: File) -> Plain:
        """Takes `file` (an owned handle) away from the caller.

        Raises: ProblemRaised
        """
        ...

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        ...

    @property
    def Table(self) -> type[Table]: ...

    @property
    def Fallible(self) -> type[Fallible]: ...


class GuestAsync(Protocol):
    """cases:async-faces/guest@0.1.0

    Calls are awaited.
    """

    async def pass_(self, handle: Handle) -> Handle:
        """Takes the owned handles in `handle` away from the caller."""
        ...

    async def alias(self, table: TableAsync) -> list[TableAsync]:
        """Takes `table` (an owned handle) away from the caller."""
        ...

    async def load(self, file: FileAsync) -> Plain:
        """Takes `file` (an owned handle) away from the caller.

        Raises: ProblemRaised
        """
        ...

    async def read(self, path: str) -> bytes:
        """The bytes of a file."""
        ...

    @property
    def Table(self) -> type[TableAsync]: ...

    @property
    def Fallible(self) -> type[FallibleAsync]: ...
