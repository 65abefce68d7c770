"""cases:docs/plain"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import dovetail

from ..imports.plain import (
    Bits,
    EmptyDocs,
    Level,
    LevelRaised,
    Meters,
    Shape,
    Shape_Circle,
    Shape_Square,
    Thing,
    ThingRaised,
)

__all__ = [
    "Bits",
    "EmptyDocs",
    "Level",
    "LevelRaised",
    "Meters",
    "Pen",
    "Plain",
    "Shape",
    "Shape_Circle",
    "Shape_Square",
    "Thing",
    "ThingRaised",
]


@runtime_checkable
class Pen(dovetail.Resource, Protocol):
    """A resource whose docs are on a very long line, longer than the eighty-eight columns that formatters give to code, which is fine."""

    def __init__(self, ink: str) -> None:
        """Makes a pen."""
        ...

    def draw(self, shape: Shape) -> None:
        """Draws.

        Slowly.

        Raises: LevelRaised
        """
        ...

    @staticmethod
    def break_(pen: Pen) -> int:
        """Breaks a pen.

        Takes `pen` (an owned handle) away from the caller.

        Raises: dovetail.Err[None]
        """
        ...

    def bare(self, pen: Pen) -> None:
        """Takes `pen` (an owned handle) away from the caller."""
        ...


class Plain(Protocol):
    """One line."""

    def act(self, thing: Thing) -> Meters:
        """Does it.        With a tab.

        Raises: ThingRaised
        """
        ...

    def quotes(self) -> None:
        """\"\"\""""
        ...

    def unicode(self) -> None:
        """é, 漢字 and 🎉."""
        ...

    @property
    def Pen(self) -> type[Pen]: ...
