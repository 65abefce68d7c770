"""cases:ints/values"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import dovetail

__all__ = [
    "Count",
    "Either",
    "Number",
    "Number_Alias",
    "Number_None_",
    "Number_Signed",
    "Number_Small",
    "Number_Wide",
    "Number_WideSigned",
    "Ratio",
    "Ratio_Double",
    "Ratio_Single",
    "Row",
    "Row_Bytes",
    "Row_Pairs",
    "Row_Shorts",
    "Row_Words",
    "Text",
    "Text_Letter",
    "Text_Word",
    "Values",
]

Count: TypeAlias = int
"""type count"""


@dataclass(frozen=True, slots=True)
class Number_Small:
    """number.small"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class Number_Signed:
    """number.signed"""

    value: int  # s8


@dataclass(frozen=True, slots=True)
class Number_Wide:
    """number.wide"""

    value: int  # u64


@dataclass(frozen=True, slots=True)
class Number_WideSigned:
    """number.wide-signed"""

    value: int  # s64


@dataclass(frozen=True, slots=True)
class Number_Alias:
    """number.alias"""

    value: Count


@dataclass(frozen=True, slots=True)
class Number_None_:
    """number.none"""


Number: TypeAlias = (
    Number_Small
    | Number_Signed
    | Number_Wide
    | Number_WideSigned
    | Number_Alias
    | Number_None_
)
"""Every payload is an `int`."""


@dataclass(frozen=True, slots=True)
class Text_Letter:
    """text.letter"""

    value: str  # char


@dataclass(frozen=True, slots=True)
class Text_Word:
    """text.word"""

    value: str


Text: TypeAlias = Text_Letter | Text_Word
"""Every payload is a `str`."""


@dataclass(frozen=True, slots=True)
class Ratio_Single:
    """ratio.single"""

    value: float  # f32


@dataclass(frozen=True, slots=True)
class Ratio_Double:
    """ratio.double"""

    value: float


Ratio: TypeAlias = Ratio_Single | Ratio_Double
"""Every payload is a `float`."""


@dataclass(frozen=True, slots=True)
class Row_Bytes:
    """row.bytes"""

    value: bytes


@dataclass(frozen=True, slots=True)
class Row_Shorts:
    """row.shorts"""

    value: list[int]  # u16


@dataclass(frozen=True, slots=True)
class Row_Words:
    """row.words"""

    value: list[str]


@dataclass(frozen=True, slots=True)
class Row_Pairs:
    """row.pairs"""

    value: list[tuple[int]]  # u8


Row: TypeAlias = Row_Bytes | Row_Shorts | Row_Words | Row_Pairs
"""Every payload is a list, a bytes among them."""

Either: TypeAlias = dovetail.Ok[int] | dovetail.Err[int]
"""type either"""


class Values(Protocol):
    """Types whose values Python cannot tell apart by themselves."""

    def echo_number(self, value: Number, /) -> Number: ...

    def echo_text(self, value: Text, /) -> Text: ...

    def echo_ratio(self, value: Ratio, /) -> Ratio: ...

    def echo_row(self, value: Row, /) -> Row: ...

    def echo_either(self, value: list[Either], /) -> Sequence[Either]: ...

    def fail(self, value: int, /) -> int:
        """Raises: dovetail.Err[int]"""
        ...
