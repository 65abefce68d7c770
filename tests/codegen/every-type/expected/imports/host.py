"""cases:every-type/host@1.0.0"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import dovetail

from .values import (
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
    "Host",
    "Outcome",
    "Perhaps",
    "Point",
    "Scalars",
    "Shape",
    "ThirtyTwo",
    "Words",
]


class Host(Protocol):
    """cases:every-type/host@1.0.0"""

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
        /,
    ) -> Scalars: ...

    def to_bytes(self, a: bytes, /) -> dovetail.Buffer: ...

    def to_numbers(
        self,
        a: list[int],
        b: list[float],
        /,
    ) -> Sequence[int] | dovetail.Buffer: ...

    def to_strings(self, a: list[str], /) -> Sequence[str]: ...

    def to_bools(self, a: list[bool], /) -> Sequence[bool]: ...

    def to_lists(
        self,
        a: list[bytes],
        /,
    ) -> Sequence[Sequence[int] | dovetail.Buffer]: ...

    def to_option(self, a: bytes | None, /) -> dovetail.Buffer | None: ...

    def to_options(
        self,
        a: dovetail.Some[list[int] | None] | None,
        /,
    ) -> dovetail.Some[Sequence[int] | dovetail.Buffer | None] | None: ...

    def to_result(
        self,
        a: dovetail.Ok[bytes] | dovetail.Err[str],
        /,
    ) -> Sequence[dovetail.Ok[dovetail.Buffer] | dovetail.Err[str]]: ...

    def to_tuple(
        self,
        a: tuple[bytes, int],
        /,
    ) -> tuple[Sequence[float] | dovetail.Buffer, str]: ...

    def to_map(self, a: dict[str, bytes], /) -> Mapping[int, dovetail.Buffer]: ...

    def to_four(self, a: list[int], b: bytes, /) -> dovetail.Buffer: ...

    def to_named(
        self,
        a: Bytes,
        b: Words,
        c: Perhaps,
        d: list[Outcome],
        e: Point,
        /,
    ) -> dovetail.Buffer: ...

    def to_words(self) -> Sequence[str]: ...

    def to_outcomes(
        self,
    ) -> Sequence[dovetail.Ok[Sequence[str]] | dovetail.Err[Colour]]: ...

    def to_compound(
        self,
        a: Compound,
        b: Shape,
        c: Colour,
        d: ThirtyTwo,
        /,
    ) -> Compound | None: ...

    def fails(self) -> Sequence[str]:
        """Raises: ColourRaised"""
        ...

    def nothing(self) -> None: ...
