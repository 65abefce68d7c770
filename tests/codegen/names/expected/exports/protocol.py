"""cases:names/protocol"""

from __future__ import annotations

from collections.abc import Mapping as _Mapping
from collections.abc import Sequence as _Sequence
from typing import Protocol as _Protocol
from typing import runtime_checkable

import dovetail

from ..imports.protocol import (
    Annotations,
    Buffer,
    Dataclass,
    Enum,
    Flag,
    Mapping,
    Protocol,
    Sequence,
    Some,
    Some_None_,
    SomeRaised,
    Store,
    TypeAlias,
    TypeAlias_Callable,
    TypeAlias_Mapping,
)

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


@runtime_checkable
class RuntimeCheckable(dovetail.Resource, _Protocol):
    """resource runtime-checkable"""

    def sequence(self, a: _Sequence[str]) -> list[str]: ...


class ProtocolInterface(_Protocol):
    """Names that generated code imports."""

    def err(
        self,
        a: dovetail.Buffer,
        b: _Sequence[int] | dovetail.Buffer,
        c: _Mapping[str, int],
    ) -> None:
        """Raises: SomeRaised"""
        ...

    @property
    def RuntimeCheckable(self) -> type[RuntimeCheckable]: ...
