"""cases:every-type/values@1.0.0"""

from __future__ import annotations

import builtins
import enum
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import dovetail

__all__ = [
    "Another",
    "Bytes",
    "BytesToo",
    "Colour",
    "ColourRaised",
    "Compound",
    "Lone",
    "Lone_CaseOnly",
    "One",
    "Outcome",
    "Perhaps",
    "Point",
    "SameAgain",
    "Scalars",
    "Shape",
    "Shape_Bytes",
    "Shape_Empty",
    "Shape_Nested",
    "Shape_Outcome",
    "Shape_Pair",
    "Shape_Shorts",
    "Single",
    "Small",
    "ThirtyTwo",
    "Values",
    "Words",
]


@dataclass(frozen=True, slots=True)
class Scalars:
    """record scalars"""

    a: bool
    b: int  # u8
    c: int  # s8
    d: int  # u16
    e: int  # s16
    f: int  # u32
    g: int  # s32
    h: int  # u64
    i: int  # s64
    j: float  # f32
    k: float
    l: str  # char
    m: str


class One(enum.Flag):
    """flags one"""

    ONLY = 1


class ThirtyTwo(enum.Flag):
    """flags thirty-two"""

    F0 = 1
    F1 = 2
    F2 = 4
    F3 = 8
    F4 = 16
    F5 = 32
    F6 = 64
    F7 = 128
    F8 = 256
    F9 = 512
    F10 = 1024
    F11 = 2048
    F12 = 4096
    F13 = 8192
    F14 = 16384
    F15 = 32768
    F16 = 65536
    F17 = 131072
    F18 = 262144
    F19 = 524288
    F20 = 1048576
    F21 = 2097152
    F22 = 4194304
    F23 = 8388608
    F24 = 16777216
    F25 = 33554432
    F26 = 67108864
    F27 = 134217728
    F28 = 268435456
    F29 = 536870912
    F30 = 1073741824
    F31 = 2147483648


class Single(enum.Enum):
    """enum single"""

    IT = 0


class Colour(enum.Enum):
    """enum colour"""

    RED = 0
    GREEN = 1
    BLUE = 2


class ColourRaised(dovetail.Err[Colour]):
    """Raised where a function's result is an error of type colour."""


@dataclass(frozen=True, slots=True)
class Lone_CaseOnly:
    """lone.case-only"""

    value: str


Lone: TypeAlias = Lone_CaseOnly
"""variant lone"""


@dataclass(frozen=True, slots=True)
class Shape_Empty:
    """shape.empty"""


@dataclass(frozen=True, slots=True)
class Shape_Pair:
    """shape.pair"""

    value: tuple[int, int]  # u8, s64


@dataclass(frozen=True, slots=True)
class Shape_Bytes:
    """shape.bytes"""

    value: bytes


@dataclass(frozen=True, slots=True)
class Shape_Shorts:
    """shape.shorts"""

    value: list[int]  # u16


@dataclass(frozen=True, slots=True)
class Shape_Nested:
    """shape.nested"""

    value: dovetail.Some[str | None] | None


@dataclass(frozen=True, slots=True)
class Shape_Outcome:
    """shape.outcome"""

    value: dovetail.Ok[int] | dovetail.Err[Colour]  # u32


Shape: TypeAlias = (
    Shape_Empty | Shape_Pair | Shape_Bytes | Shape_Shorts | Shape_Nested | Shape_Outcome
)
"""variant shape"""

Bytes: TypeAlias = bytes
"""type bytes"""

Small: TypeAlias = int
"""type small"""

BytesToo: TypeAlias = bytes
"""type bytes-too"""

Words: TypeAlias = list[str]
"""type words"""

Perhaps: TypeAlias = int | None
"""type perhaps"""

Outcome: TypeAlias = dovetail.Ok[Words] | dovetail.Err[Colour]
"""type outcome"""

Point: TypeAlias = tuple[float, float]
"""type point"""

Another: TypeAlias = Shape
"""type another"""

SameAgain: TypeAlias = Another
"""type same-again"""


@dataclass(frozen=True, slots=True)
class Compound:
    """record compound"""

    bytes: Bytes
    raw: builtins.bytes
    matrix: list[list[float]]
    maybe: int | None  # u32
    maybe_maybe: dovetail.Some[int | None] | None  # u32
    thrice: dovetail.Some[dovetail.Some[int | None] | None] | None  # u32
    named_maybe: dovetail.Some[Perhaps] | None
    outcome: dovetail.Ok[int] | dovetail.Err[str]  # u32
    only_ok: dovetail.Ok[int] | dovetail.Err[None]  # u8
    only_err: dovetail.Ok[None] | dovetail.Err[int]  # u8
    neither: dovetail.Ok[None] | dovetail.Err[None]
    named: Outcome
    position: Point
    single: tuple[int]  # u32
    same: SameAgain
    letters: list[str]  # char
    switches: list[bool]
    enums: list[Colour]
    four: list[int]  # u32
    digest: builtins.bytes
    by_name: dict[str, list[int]]  # u16


class Values(Protocol):
    """cases:every-type/values@1.0.0"""
