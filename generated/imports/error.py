"""wasi:io/error@0.2.12"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

__all__ = ["Error", "ErrorInterface"]


@runtime_checkable
class Error(Protocol):
    """resource error"""


class ErrorInterface(Protocol):
    """wasi:io/error@0.2.12"""

    @property
    def Error(self) -> type[Error]: ...
