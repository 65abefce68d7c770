"""cases:names/error"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

__all__ = ["Error", "ErrorInterface", "ErrorInterface_", "ErrorInterface_A"]


@runtime_checkable
class Error(Protocol):
    """resource error"""

    def to_string(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ErrorInterface_A:
    """error-interface.a"""


ErrorInterface: TypeAlias = ErrorInterface_A
"""variant error-interface"""


class ErrorInterface_(Protocol):
    """An interface named like its resource."""

    def make(self) -> Error: ...

    @property
    def Error(self) -> type[Error]: ...
