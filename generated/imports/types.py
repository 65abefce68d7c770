"""wasi:filesystem/types@0.2.12"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import dovetail

from .error import Error
from .streams import OutputStream
from .wall_clock import Datetime

__all__ = [
    "Datetime",
    "Descriptor",
    "DescriptorStat",
    "DescriptorType",
    "Error",
    "ErrorCode",
    "ErrorCodeRaised",
    "Filesize",
    "LinkCount",
    "OutputStream",
    "Types",
]


class ErrorCode(enum.Enum):
    """enum error-code"""

    ACCESS = 0
    WOULD_BLOCK = 1
    ALREADY = 2
    BAD_DESCRIPTOR = 3
    BUSY = 4
    DEADLOCK = 5
    QUOTA = 6
    EXIST = 7
    FILE_TOO_LARGE = 8
    ILLEGAL_BYTE_SEQUENCE = 9
    IN_PROGRESS = 10
    INTERRUPTED = 11
    INVALID = 12
    IO = 13
    IS_DIRECTORY = 14
    LOOP = 15
    TOO_MANY_LINKS = 16
    MESSAGE_SIZE = 17
    NAME_TOO_LONG = 18
    NO_DEVICE = 19
    NO_ENTRY = 20
    NO_LOCK = 21
    INSUFFICIENT_MEMORY = 22
    INSUFFICIENT_SPACE = 23
    NOT_DIRECTORY = 24
    NOT_EMPTY = 25
    NOT_RECOVERABLE = 26
    UNSUPPORTED = 27
    NO_TTY = 28
    NO_SUCH_DEVICE = 29
    OVERFLOW = 30
    NOT_PERMITTED = 31
    PIPE = 32
    READ_ONLY = 33
    INVALID_SEEK = 34
    TEXT_FILE_BUSY = 35
    CROSS_DEVICE = 36


class ErrorCodeRaised(dovetail.Err[ErrorCode]):
    """Raised where a function's result is an error of type error-code."""


@runtime_checkable
class Descriptor(Protocol):
    """resource descriptor"""

    def write_via_stream(self, offset: Filesize, /) -> OutputStream:
        """Raises: ErrorCodeRaised"""
        ...

    def append_via_stream(self) -> OutputStream:
        """Raises: ErrorCodeRaised"""
        ...

    def get_type(self) -> DescriptorType:
        """Raises: ErrorCodeRaised"""
        ...

    def stat(self) -> DescriptorStat:
        """Raises: ErrorCodeRaised"""
        ...


class DescriptorType(enum.Enum):
    """enum descriptor-type"""

    UNKNOWN = 0
    BLOCK_DEVICE = 1
    CHARACTER_DEVICE = 2
    DIRECTORY = 3
    FIFO = 4
    SYMBOLIC_LINK = 5
    REGULAR_FILE = 6
    SOCKET = 7


Filesize: TypeAlias = int
"""type filesize"""

LinkCount: TypeAlias = int
"""type link-count"""


@dataclass(frozen=True, slots=True)
class DescriptorStat:
    """record descriptor-stat"""

    type: DescriptorType
    link_count: LinkCount
    size: Filesize
    data_access_timestamp: Datetime | None
    data_modification_timestamp: Datetime | None
    status_change_timestamp: Datetime | None


class Types(Protocol):
    """wasi:filesystem/types@0.2.12"""

    def filesystem_error_code(self, err: Error, /) -> ErrorCode | None: ...

    @property
    def Descriptor(self) -> type[Descriptor]: ...
