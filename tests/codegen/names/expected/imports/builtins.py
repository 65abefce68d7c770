"""cases:names/builtins"""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import dovetail

__all__ = [
    "Builtins",
    "Int",
    "IntRaised",
    "List",
    "Property",
    "Tuple",
    "Tuple_List",
    "Tuple_Str",
    "Type",
]


@dataclass(frozen=True, slots=True)
class List:
    """record list"""

    list: builtins.list[builtins.int]  # u32
    str: builtins.str
    int: builtins.int  # u8
    float: builtins.float
    bool: builtins.bool
    bytes: builtins.bytes
    tuple: builtins.tuple[builtins.int]  # u8
    dict: builtins.int  # u8
    type: builtins.int  # u8
    property: builtins.int  # u8
    object: builtins.int  # u8


@dataclass(frozen=True, slots=True)
class Int:
    """record int"""

    int: builtins.int  # u32


class IntRaised(dovetail.Err[Int]):
    """Raised where a function's result is an error of type int."""


@dataclass(frozen=True, slots=True)
class Tuple_List:
    """tuple.list"""

    value: bytes


@dataclass(frozen=True, slots=True)
class Tuple_Str:
    """tuple.str"""

    value: str


Tuple: TypeAlias = Tuple_List | Tuple_Str
"""variant tuple"""


@runtime_checkable
class Type(Protocol):
    """resource type"""

    def __init__(self, list: builtins.list[builtins.str], type: Type, /) -> None: ...

    def list(self) -> Sequence[builtins.str]: ...

    def str(self, str: builtins.str, /) -> builtins.str: ...

    def int(self) -> builtins.int: ...

    def bytes(self) -> dovetail.Buffer: ...

    @builtins.staticmethod
    def new_type() -> Type: ...

    @builtins.staticmethod
    def staticmethod(
        property: builtins.list[builtins.int],
        /,
    ) -> Sequence[builtins.int] | dovetail.Buffer: ...

    def property(self) -> builtins.tuple[builtins.int]: ...

    def drop_(self) -> None: ...

    def dict(self) -> Mapping[builtins.str, builtins.int]: ...

    def bool(self) -> builtins.bool: ...

    def float(self) -> builtins.float: ...

    def tuple(self) -> builtins.tuple[builtins.int, builtins.int]: ...


@runtime_checkable
class Property(Protocol):
    """resource property"""

    def get(self) -> int: ...


class Builtins(Protocol):
    """Names that Python's built-ins have."""

    def print(self, type: Type, /) -> Property: ...

    @property
    def Type(self) -> type[Type]: ...

    @property
    def Property(self) -> type[Property]: ...
