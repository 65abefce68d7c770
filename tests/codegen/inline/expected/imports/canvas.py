"""canvas"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

from .named import Point

__all__ = ["Canvas", "Pen", "Point", "Stroke", "Stroke_Dot", "Stroke_Line"]


@runtime_checkable
class Pen(Protocol):
    """A pen of the host."""

    def __init__(self, at: Point, /) -> None: ...

    def move(self, by: Point, /) -> Point: ...


@dataclass(frozen=True, slots=True)
class Stroke_Line:
    """stroke.line"""

    value: tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class Stroke_Dot:
    """stroke.dot"""

    value: Point


Stroke: TypeAlias = Stroke_Line | Stroke_Dot
"""variant stroke"""


class Canvas(Protocol):
    """What the host draws on."""

    def draw(self, stroke: Stroke, /) -> int: ...

    @property
    def Pen(self) -> type[Pen]: ...
