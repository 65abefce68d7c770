"""cases:names/error"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import dovetail

from ..imports.error import ErrorInterface, ErrorInterface_A

__all__ = ["Error", "ErrorInterface", "ErrorInterface_", "ErrorInterface_A"]


@runtime_checkable
class Error(dovetail.Resource, Protocol):
    """resource error"""

    def to_string(self) -> str: ...


class ErrorInterface_(Protocol):
    """An interface named like its resource."""

    def make(self) -> Error: ...

    @property
    def Error(self) -> type[Error]: ...
