"""studio"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol

import dovetail

from .named import Point

__all__ = ["Mood", "MoodRaised", "Picture", "Point", "Studio"]


@dataclass(frozen=True, slots=True)
class Picture:
    """record picture"""

    points: list[Point]
    title: str | None


class Mood(enum.Enum):
    """enum mood"""

    CALM = 0
    WILD = 1


class MoodRaised(dovetail.Err[Mood]):
    """Raised where a function's result is an error of type mood."""


class Studio(Protocol):
    """The same name as the export, other contents."""

    def draw(self, picture: Picture, /) -> Picture:
        """Raises: MoodRaised"""
        ...
