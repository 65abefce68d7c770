"""wasi:io/streams@0.2.12"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import dovetail

from .error import Error

__all__ = [
    "Error",
    "InputStream",
    "OutputStream",
    "StreamError",
    "StreamErrorRaised",
    "StreamError_Closed",
    "StreamError_LastOperationFailed",
    "Streams",
]


@runtime_checkable
class OutputStream(Protocol):
    """resource output-stream"""

    def check_write(self) -> int:
        """Raises: StreamErrorRaised"""
        ...

    def write(self, contents: bytes, /) -> None:
        """Raises: StreamErrorRaised"""
        ...

    def blocking_write_and_flush(self, contents: bytes, /) -> None:
        """Raises: StreamErrorRaised"""
        ...

    def blocking_flush(self) -> None:
        """Raises: StreamErrorRaised"""
        ...


@dataclass(frozen=True, slots=True)
class StreamError_LastOperationFailed:
    """stream-error.last-operation-failed"""

    value: Error


@dataclass(frozen=True, slots=True)
class StreamError_Closed:
    """stream-error.closed"""


StreamError: TypeAlias = StreamError_LastOperationFailed | StreamError_Closed
"""variant stream-error"""


class StreamErrorRaised(dovetail.Err[StreamError]):
    """Raised where a function's result is an error of type stream-error."""


@runtime_checkable
class InputStream(Protocol):
    """resource input-stream"""


class Streams(Protocol):
    """wasi:io/streams@0.2.12"""

    @property
    def OutputStream(self) -> type[OutputStream]: ...

    @property
    def InputStream(self) -> type[InputStream]: ...
