"""cases:stability-features/history@1.3.0"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import dovetail

__all__ = ["Book", "Draft", "Entry", "History", "Level", "LevelRaised", "OldName"]


@dataclass(frozen=True, slots=True)
class Entry:
    """There from the beginning."""

    name: str


class Level(enum.Enum):
    """Came later.

    Since 1.2.0.
    """

    LOW = 0
    HIGH = 1


class LevelRaised(dovetail.Err[Level]):
    """Raised where a function's result is an error of type level."""


OldName: TypeAlias = str
"""type old-name

Deprecated since 1.1.0.
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """record draft

    Unstable: feature `fancier`.
    """

    text: str


@runtime_checkable
class Book(Protocol):
    """resource book"""

    @dovetail.deprecated("since 1.3.0")
    def __init__(self, title: str, /) -> None:
        """Deprecated since 1.3.0."""
        ...

    def title(self) -> str: ...

    @dovetail.deprecated("since 1.2.0")
    def read(self, page: int, /) -> str:
        """Reads it aloud.

        Deprecated since 1.2.0.

        Raises: LevelRaised
        """
        ...

    def write(self, draft: Draft, /) -> None:
        """Unstable: feature `fancier`."""
        ...

    @staticmethod
    @dovetail.deprecated("since 1.2.1")
    def open(title: str, /) -> Book:
        """Since 1.2.0. Deprecated since 1.2.1."""
        ...


class History(Protocol):
    """An interface with a history.

    Since 1.0.0.
    """

    def current(self, entry: Entry, /) -> Entry: ...

    def added(self, level: Level, /) -> Level:
        """Since 1.2.0."""
        ...

    @dovetail.deprecated("since 1.2.0")
    def outdated(self, name: OldName, /) -> OldName:
        """Deprecated since 1.2.0."""
        ...

    def sketch(self, draft: Draft, /) -> Draft:
        """Not finished.

        Unstable: feature `fancier`.
        """
        ...

    @dovetail.deprecated("since 1.3.0")
    def given_up(self) -> None:
        """Not finished either, and given up.

        Unstable: feature `plainer`. Deprecated since 1.3.0.
        """
        ...

    @property
    def Book(self) -> type[Book]: ...
