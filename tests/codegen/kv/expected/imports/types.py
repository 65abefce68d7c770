"""h2:kv/types@0.1.0"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import dovetail

__all__ = [
    "Entry",
    "Level",
    "Perms",
    "StockError",
    "StockErrorRaised",
    "StockError_NotFound",
    "StockError_Short",
    "Types",
    "Value",
    "Value_Blob",
    "Value_Many",
    "Value_None_",
    "Value_Num",
    "Value_Text",
]


class Perms(enum.Flag):
    """flags perms"""

    READ = 1
    WRITE = 2
    ADMIN = 4


class Level(enum.Enum):
    """enum level"""

    DEBUG = 0
    INFO = 1
    WARN = 2
    ERROR = 3


@dataclass(frozen=True, slots=True)
class Value_None_:
    """value.none"""


@dataclass(frozen=True, slots=True)
class Value_Num:
    """value.num"""

    value: int  # s64


@dataclass(frozen=True, slots=True)
class Value_Text:
    """value.text"""

    value: str


@dataclass(frozen=True, slots=True)
class Value_Blob:
    """value.blob"""

    value: bytes


@dataclass(frozen=True, slots=True)
class Value_Many:
    """value.many"""

    value: list[float]


Value: TypeAlias = Value_None_ | Value_Num | Value_Text | Value_Blob | Value_Many
"""variant value"""


@dataclass(frozen=True, slots=True)
class Entry:
    """record entry"""

    key: str
    value: Value
    tags: list[tuple[str, int]]  # u32
    perms: Perms


@dataclass(frozen=True, slots=True)
class StockError_NotFound:
    """stock-error.not-found"""


@dataclass(frozen=True, slots=True)
class StockError_Short:
    """stock-error.short"""

    value: int  # u32


StockError: TypeAlias = StockError_NotFound | StockError_Short
"""variant stock-error"""


class StockErrorRaised(dovetail.Err[StockError]):
    """Raised where a function's result is an error of type stock-error."""


class Types(Protocol):
    """h2:kv/types@0.1.0"""
