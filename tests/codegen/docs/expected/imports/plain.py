"""cases:docs/plain"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import dovetail

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


@dataclass(frozen=True, slots=True)
class Thing:
    """A record with "quotes" and a \\backslash.

    More about it:

      * indented
        * deeper

    ```
    code: \"\"\"triple\"\"\"
    ```
    """

    name: str
    """The name."""
    count: int  # u32
    """Two lines
    for this one.
    """
    bare: bool
    quote: bool
    """Ends with a "quote" """


class ThingRaised(dovetail.Err[Thing]):
    """Raised where a function's result is an error of type thing."""


class Level(enum.Enum):
    """ "Starts with a quote"""

    LOW = 0
    """Low."""
    HIGH = 1
    OTHER = 2
    """Ends with a backslash \\"""


class LevelRaised(dovetail.Err[Level]):
    """Raised where a function's result is an error of type level."""


class Bits(enum.Flag):
    """Flags."""

    ONE = 1
    """The first."""
    TWO = 2


@dataclass(frozen=True, slots=True)
class Shape_Circle:
    """Round."""

    value: float


@dataclass(frozen=True, slots=True)
class Shape_Square:
    """shape.square"""


Shape: TypeAlias = Shape_Circle | Shape_Square
"""A variant.
In two lines.
"""

Meters: TypeAlias = float
"""An alias."""

EmptyDocs: TypeAlias = int
"""type empty-docs"""


@runtime_checkable
class Pen(Protocol):
    """A resource whose docs are on a very long line, longer than the eighty-eight columns that formatters give to code, which is fine."""

    def __init__(self, ink: str, /) -> None:
        """Makes a pen."""
        ...

    def draw(self, shape: Shape, /) -> None:
        """Draws.

        Slowly.

        Raises: LevelRaised
        """
        ...

    @staticmethod
    def break_(pen: Pen, /) -> int:
        """Breaks a pen.

        Raises: dovetail.Err[None]
        """
        ...

    def bare(self, pen: Pen, /) -> None: ...


class Plain(Protocol):
    """One line."""

    def act(self, thing: Thing, /) -> Meters:
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
