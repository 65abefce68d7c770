"""cases:names/builtin-functions"""

from __future__ import annotations

import builtins as _builtins
from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

import dovetail as _dovetail

from .builtins import Int, IntRaised

__all__ = ["BuiltinFunctions", "Int", "IntRaised", "Thing"]


@runtime_checkable
class Thing(Protocol):
    """resource thing"""

    @_builtins.staticmethod
    def property() -> int: ...

    @_builtins.staticmethod
    def staticmethod() -> int: ...

    @_builtins.staticmethod
    def later() -> Sequence[int] | _dovetail.Buffer: ...


class BuiltinFunctions(Protocol):
    """The same names as functions."""

    def list(self, list: _builtins.list[int], /) -> Sequence[_builtins.str]: ...

    def str(self, str: _builtins.str, /) -> _builtins.str:
        """Raises: IntRaised"""
        ...

    def bytes(self, a: _builtins.list[_builtins.bytes], /) -> _dovetail.Buffer: ...

    def float(self) -> _builtins.float: ...

    def bool(self) -> _builtins.bool: ...

    def dict(self) -> Mapping[_builtins.str, Sequence[_builtins.bool]]: ...

    def property(self) -> _builtins.str: ...

    def staticmethod(self) -> None: ...

    def type(self) -> int: ...

    def tuple(self) -> _builtins.tuple[_builtins.str]: ...

    def dovetail(
        self,
        a: _dovetail.Some[int | None] | None,
        /,
    ) -> _dovetail.Some[int | None] | None: ...

    def builtins(self) -> _builtins.str: ...

    def enum(self) -> None: ...

    @_builtins.property
    def Thing(self) -> _builtins.type[Thing]: ...
