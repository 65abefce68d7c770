"""cases:resources/guest"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import dovetail

from .host import File
from .host import Token as Ticket

__all__ = [
    "Fallible",
    "File",
    "Guest",
    "Handle",
    "Handle_None_",
    "Handle_Table",
    "Holder",
    "HolderRaised",
    "Table",
    "Ticket",
]


@runtime_checkable
class Table(Protocol):
    """Kept by the component."""

    def __init__(self, file: File, /) -> None: ...

    @staticmethod
    def merge(a: Table, b: Table, c: Table, d: list[Table], /) -> Table:
        """Raises: dovetail.Err[str]"""
        ...

    def rows(self) -> Sequence[str]: ...

    def drop_(self) -> None: ...

    def files(self, files: list[File], /) -> int: ...

    def give(self, ticket: Ticket, /) -> None: ...


@runtime_checkable
class Fallible(Protocol):
    """resource fallible"""

    def __init__(self, name: str, /) -> None:
        """Raises: dovetail.Err[str]"""
        ...


@dataclass(frozen=True, slots=True)
class Holder:
    """record holder"""

    table: Table
    file: File | None


class HolderRaised(dovetail.Err[Holder]):
    """Raised where a function's result is an error of type holder."""


@dataclass(frozen=True, slots=True)
class Handle_Table:
    """handle.table"""

    value: Table


@dataclass(frozen=True, slots=True)
class Handle_None_:
    """handle.none"""


Handle: TypeAlias = Handle_Table | Handle_None_
"""variant handle"""


class Guest(Protocol):
    """cases:resources/guest"""

    def keep(self, holder: Holder, /) -> Handle: ...

    def peek(self, tables: list[Table], /) -> None: ...

    def both(self, a: Table, b: Fallible, /) -> tuple[Table, Fallible]: ...

    def lose(self, a: Table | None, b: Table, /) -> None:
        """Raises: HolderRaised"""
        ...

    @property
    def Table(self) -> type[Table]: ...

    @property
    def Fallible(self) -> type[Fallible]: ...
