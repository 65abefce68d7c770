"""cases:names/builtins"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import dovetail

from ..imports.builtins import Int, IntRaised, List, Tuple, Tuple_List, Tuple_Str

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


@runtime_checkable
class Type(dovetail.Resource, Protocol):
    """resource type"""

    def __init__(self, list: Sequence[builtins.str], type: Type) -> None: ...

    def list(self) -> builtins.list[builtins.str]: ...

    def str(self, str: builtins.str) -> builtins.str: ...

    def int(self) -> builtins.int: ...

    def bytes(self) -> builtins.bytes: ...

    @builtins.staticmethod
    def new_type() -> Type: ...

    @builtins.staticmethod
    def staticmethod(
        property: Sequence[builtins.int] | dovetail.Buffer,
    ) -> builtins.list[builtins.int]: ...

    def property(self) -> builtins.tuple[builtins.int]: ...

    def drop_(self) -> None: ...

    def dict(self) -> builtins.dict[builtins.str, builtins.int]: ...

    def bool(self) -> builtins.bool: ...

    def float(self) -> builtins.float: ...

    def tuple(self) -> builtins.tuple[builtins.int, builtins.int]: ...


@runtime_checkable
class Property(dovetail.Resource, Protocol):
    """resource property"""

    def get(self) -> int: ...


class Builtins(Protocol):
    """Names that Python's built-ins have."""

    def print(self, type: Type) -> Property:
        """Takes `type` (an owned handle) away from the caller."""
        ...

    @property
    def Type(self) -> type[Type]: ...

    @property
    def Property(self) -> type[Property]: ...
