"""cases:resources/guest"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import dovetail

from ..imports.host import File
from ..imports.host import Token as Ticket

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
class Table(dovetail.Resource, Protocol):
    """Kept by the component."""

    def __init__(self, file: File) -> None:
        """Takes `file` (an owned handle) away from the caller."""
        ...

    @staticmethod
    def merge(a: Table, b: Table, c: Table, d: Sequence[Table]) -> Table:
        """Takes `a` and `b` (owned handles) and the owned handles in `d` away from the caller.

        Raises: dovetail.Err[str]
        """
        ...

    def rows(self) -> list[str]: ...

    def drop_(self) -> None: ...

    def files(self, files: Sequence[File]) -> int: ...

    def give(self, ticket: Ticket) -> None:
        """Takes `ticket` (an owned handle) away from the caller."""
        ...


@runtime_checkable
class Fallible(dovetail.Resource, Protocol):
    """resource fallible"""

    def __init__(self, name: str) -> None:
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

    def keep(self, holder: Holder) -> Handle:
        """Takes the owned handles in `holder` away from the caller."""
        ...

    def peek(self, tables: Sequence[Table]) -> None: ...

    def both(self, a: Table, b: Fallible) -> tuple[Table, Fallible]:
        """Takes `a` and `b` (owned handles) away from the caller."""
        ...

    def lose(self, a: Table | None, b: Table) -> None:
        """Takes the owned handles in `a` away from the caller.

        Raises: HolderRaised
        """
        ...

    @property
    def Table(self) -> type[Table]: ...

    @property
    def Fallible(self) -> type[Fallible]: ...
