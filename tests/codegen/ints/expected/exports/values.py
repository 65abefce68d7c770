"""cases:ints/values"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..imports.values import (
    Count,
    Either,
    Number,
    Number_Alias,
    Number_None_,
    Number_Signed,
    Number_Small,
    Number_Wide,
    Number_WideSigned,
    Ratio,
    Ratio_Double,
    Ratio_Single,
    Row,
    Row_Bytes,
    Row_Pairs,
    Row_Shorts,
    Row_Words,
    Text,
    Text_Letter,
    Text_Word,
)

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


class Values(Protocol):
    """Types whose values Python cannot tell apart by themselves."""

    def echo_number(self, value: Number) -> Number: ...

    def echo_text(self, value: Text) -> Text: ...

    def echo_ratio(self, value: Ratio) -> Ratio: ...

    def echo_row(self, value: Row) -> Row: ...

    def echo_either(self, value: Sequence[Either]) -> list[Either]: ...

    def fail(self, value: int) -> int:
        """Raises: dovetail.Err[int]"""
        ...
