"""cases:stability-features/history@1.3.0"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import dovetail

from ..imports.history import Draft, Entry, Level, LevelRaised, OldName

__all__ = ["Book", "Draft", "Entry", "History", "Level", "LevelRaised", "OldName"]


@runtime_checkable
class Book(dovetail.Resource, Protocol):
    """resource book"""

    @dovetail.deprecated("since 1.3.0")
    def __init__(self, title: str) -> None:
        """Deprecated since 1.3.0."""
        ...

    def title(self) -> str: ...

    @dovetail.deprecated("since 1.2.0")
    def read(self, page: int) -> str:
        """Reads it aloud.

        Deprecated since 1.2.0.

        Raises: LevelRaised
        """
        ...

    def write(self, draft: Draft) -> None:
        """Unstable: feature `fancier`."""
        ...

    @staticmethod
    @dovetail.deprecated("since 1.2.1")
    def open(title: str) -> Book:
        """Since 1.2.0. Deprecated since 1.2.1."""
        ...


class History(Protocol):
    """An interface with a history.

    Since 1.0.0.
    """

    def current(self, entry: Entry) -> Entry: ...

    def added(self, level: Level) -> Level:
        """Since 1.2.0."""
        ...

    @dovetail.deprecated("since 1.2.0")
    def outdated(self, name: OldName) -> OldName:
        """Deprecated since 1.2.0."""
        ...

    def sketch(self, draft: Draft) -> Draft:
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
