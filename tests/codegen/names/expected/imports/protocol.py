"""cases:names/protocol"""

from __future__ import annotations

import enum as _enum
from collections.abc import Sequence as _Sequence
from dataclasses import dataclass as _dataclass
from typing import Protocol as _Protocol
from typing import TypeAlias as _TypeAlias
from typing import runtime_checkable

import dovetail as _dovetail

__all__ = [
    "Annotations",
    "Buffer",
    "Dataclass",
    "Enum",
    "Flag",
    "Mapping",
    "Protocol",
    "ProtocolInterface",
    "RuntimeCheckable",
    "Sequence",
    "Some",
    "SomeRaised",
    "Some_None_",
    "Store",
    "TypeAlias",
    "TypeAlias_Callable",
    "TypeAlias_Mapping",
]


@_dataclass(frozen=True, slots=True)
class Sequence:
    """record sequence"""

    dovetail: _dovetail.Some[int | None] | None  # u32
    enum: int  # u8
    builtins: str
    dataclass: int  # u8


@_dataclass(frozen=True, slots=True)
class Protocol:
    """record protocol"""

    sequence: list[Sequence]


@_dataclass(frozen=True, slots=True)
class TypeAlias_Mapping:
    """type-alias.mapping"""


@_dataclass(frozen=True, slots=True)
class TypeAlias_Callable:
    """type-alias.callable"""

    value: int  # u8


TypeAlias: _TypeAlias = TypeAlias_Mapping | TypeAlias_Callable
"""variant type-alias"""


class Enum(_enum.Enum):
    """enum enum"""

    ONE = 0
    TWO = 1


class Dataclass(_enum.Flag):
    """flags dataclass"""

    ONE = 1
    TWO = 2


@_dataclass(frozen=True, slots=True)
class Some_None_:
    """some.none"""

    value: _dovetail.Some[int | None] | None  # u8


Some: _TypeAlias = Some_None_
"""variant some"""


class SomeRaised(_dovetail.Err[Some]):
    """Raised where a function's result is an error of type some."""


@runtime_checkable
class RuntimeCheckable(_Protocol):
    """resource runtime-checkable"""

    def sequence(self, a: list[str], /) -> _Sequence[str]: ...


class Buffer(_enum.Enum):
    """enum buffer"""

    ONE = 0


class Mapping(_enum.Enum):
    """enum mapping"""

    ONE = 0


class Annotations(_enum.Enum):
    """enum annotations"""

    ONE = 0


class Flag(_enum.Enum):
    """enum flag"""

    ONE = 0


class Store(_enum.Enum):
    """enum store"""

    ONE = 0


class ProtocolInterface(_Protocol):
    """Names that generated code imports."""

    def err(self, a: bytes, b: list[int], c: dict[str, int], /) -> None:
        """Raises: SomeRaised"""
        ...

    @property
    def RuntimeCheckable(self) -> type[RuntimeCheckable]: ...
