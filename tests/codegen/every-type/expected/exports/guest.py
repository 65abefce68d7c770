"""cases:every-type/guest@1.0.0"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import dovetail

from ..imports.values import (
    Bytes,
    Colour,
    ColourRaised,
    Compound,
    Outcome,
    Perhaps,
    Point,
    Scalars,
    Shape,
    ThirtyTwo,
    Words,
)

__all__ = [
    "Bytes",
    "Colour",
    "ColourRaised",
    "Compound",
    "Guest",
    "Outcome",
    "Perhaps",
    "Point",
    "Scalars",
    "Shape",
    "ThirtyTwo",
    "Words",
]


class Guest(Protocol):
    """cases:every-type/guest@1.0.0"""

    def all_scalars(
        self,
        a: bool,
        b: int,
        c: int,
        d: int,
        e: int,
        f: int,
        g: int,
        h: int,
        i: int,
        j: float,
        k: float,
        l: str,
        m: str,
    ) -> Scalars: ...

    def to_bytes(self, a: dovetail.Buffer) -> bytes: ...

    def to_numbers(
        self,
        a: Sequence[int] | dovetail.Buffer,
        b: Sequence[float] | dovetail.Buffer,
    ) -> list[int]: ...

    def to_strings(self, a: Sequence[str]) -> list[str]: ...

    def to_bools(self, a: Sequence[bool]) -> list[bool]: ...

    def to_lists(self, a: Sequence[dovetail.Buffer]) -> list[list[int]]: ...

    def to_option(self, a: dovetail.Buffer | None) -> bytes | None: ...

    def to_options(
        self,
        a: dovetail.Some[Sequence[int] | dovetail.Buffer | None] | None,
    ) -> dovetail.Some[list[int] | None] | None: ...

    def to_result(
        self,
        a: dovetail.Ok[dovetail.Buffer] | dovetail.Err[str],
    ) -> list[dovetail.Ok[bytes] | dovetail.Err[str]]: ...

    def to_tuple(self, a: tuple[dovetail.Buffer, int]) -> tuple[list[float], str]: ...

    def to_map(self, a: Mapping[str, dovetail.Buffer]) -> dict[int, bytes]: ...

    def to_four(
        self,
        a: Sequence[int] | dovetail.Buffer,
        b: dovetail.Buffer,
    ) -> bytes: ...

    def to_named(
        self,
        a: dovetail.Buffer,
        b: Sequence[str],
        c: Perhaps,
        d: Sequence[dovetail.Ok[Sequence[str]] | dovetail.Err[Colour]],
        e: Point,
    ) -> Bytes: ...

    def to_compound(
        self,
        a: Compound,
        b: Shape,
        c: Colour,
        d: ThirtyTwo,
    ) -> Compound | None: ...

    def fails(self) -> Words:
        """Raises: ColourRaised"""
        ...

    def nothing(self) -> None: ...
