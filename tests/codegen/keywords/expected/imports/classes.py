"""cases:keywords/classes"""

from __future__ import annotations

import enum
from typing import Protocol

import dovetail

__all__ = [
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BaseException",
    "BaseExceptionGroup",
    "BlockingIoerror",
    "BrokenPipeError",
    "BufferError",
    "BytesWarning",
    "ChildProcessError",
    "Classes",
    "ConnectionAbortedError",
    "ConnectionError",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "DeprecationWarning",
    "Ellipsis",
    "EncodingWarning",
    "EnvironmentError",
    "Eoferror",
    "Exception",
    "ExceptionGroup",
    "FileExistsError",
    "FileNotFoundError",
    "FloatingPointError",
    "FutureWarning",
    "GeneratorExit",
    "ImportError",
    "ImportWarning",
    "IndentationError",
    "IndexError",
    "InterruptedError",
    "IsAdirectoryError",
    "KeyError",
    "KeyboardInterrupt",
    "LookupError",
    "MemoryError",
    "ModuleNotFoundError",
    "NameError",
    "NotAdirectoryError",
    "NotImplemented",
    "NotImplementedError",
    "Oserror",
    "OverflowError",
    "PendingDeprecationWarning",
    "PermissionError",
    "ProcessLookupError",
    "RecursionError",
    "ReferenceError",
    "ResourceWarning",
    "RuntimeError",
    "RuntimeWarning",
    "StopAsyncIteration",
    "StopIteration",
    "SyntaxError",
    "SyntaxWarning",
    "SystemError",
    "SystemExit",
    "TabError",
    "TimeoutError",
    "TypeError",
    "UnboundLocalError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "UnicodeError",
    "UnicodeTranslateError",
    "UnicodeWarning",
    "UserWarning",
    "ValueError",
    "ValueErrorRaised",
    "Warning",
    "ZeroDivisionError",
]


class ArithmeticError(enum.Enum):
    """enum arithmetic-error"""

    A = 0


class AssertionError(enum.Enum):
    """enum assertion-error"""

    A = 0


class AttributeError(enum.Enum):
    """enum attribute-error"""

    A = 0


class BaseException(enum.Enum):
    """enum base-exception"""

    A = 0


class BaseExceptionGroup(enum.Enum):
    """enum base-exception-group"""

    A = 0


class BlockingIoerror(enum.Enum):
    """enum blocking-ioerror"""

    A = 0


class BrokenPipeError(enum.Enum):
    """enum broken-pipe-error"""

    A = 0


class BufferError(enum.Enum):
    """enum buffer-error"""

    A = 0


class BytesWarning(enum.Enum):
    """enum bytes-warning"""

    A = 0


class ChildProcessError(enum.Enum):
    """enum child-process-error"""

    A = 0


class ConnectionAbortedError(enum.Enum):
    """enum connection-aborted-error"""

    A = 0


class ConnectionError(enum.Enum):
    """enum connection-error"""

    A = 0


class ConnectionRefusedError(enum.Enum):
    """enum connection-refused-error"""

    A = 0


class ConnectionResetError(enum.Enum):
    """enum connection-reset-error"""

    A = 0


class DeprecationWarning(enum.Enum):
    """enum deprecation-warning"""

    A = 0


class Eoferror(enum.Enum):
    """enum eoferror"""

    A = 0


class Ellipsis(enum.Enum):
    """enum ellipsis"""

    A = 0


class EncodingWarning(enum.Enum):
    """enum encoding-warning"""

    A = 0


class EnvironmentError(enum.Enum):
    """enum environment-error"""

    A = 0


class Exception(enum.Enum):
    """enum exception"""

    A = 0


class ExceptionGroup(enum.Enum):
    """enum exception-group"""

    A = 0


class FileExistsError(enum.Enum):
    """enum file-exists-error"""

    A = 0


class FileNotFoundError(enum.Enum):
    """enum file-not-found-error"""

    A = 0


class FloatingPointError(enum.Enum):
    """enum floating-point-error"""

    A = 0


class FutureWarning(enum.Enum):
    """enum future-warning"""

    A = 0


class GeneratorExit(enum.Enum):
    """enum generator-exit"""

    A = 0


class ImportError(enum.Enum):
    """enum import-error"""

    A = 0


class ImportWarning(enum.Enum):
    """enum import-warning"""

    A = 0


class IndentationError(enum.Enum):
    """enum indentation-error"""

    A = 0


class IndexError(enum.Enum):
    """enum index-error"""

    A = 0


class InterruptedError(enum.Enum):
    """enum interrupted-error"""

    A = 0


class IsAdirectoryError(enum.Enum):
    """enum is-adirectory-error"""

    A = 0


class KeyError(enum.Enum):
    """enum key-error"""

    A = 0


class KeyboardInterrupt(enum.Enum):
    """enum keyboard-interrupt"""

    A = 0


class LookupError(enum.Enum):
    """enum lookup-error"""

    A = 0


class MemoryError(enum.Enum):
    """enum memory-error"""

    A = 0


class ModuleNotFoundError(enum.Enum):
    """enum module-not-found-error"""

    A = 0


class NameError(enum.Enum):
    """enum name-error"""

    A = 0


class NotAdirectoryError(enum.Enum):
    """enum not-adirectory-error"""

    A = 0


class NotImplemented(enum.Enum):
    """enum not-implemented"""

    A = 0


class NotImplementedError(enum.Enum):
    """enum not-implemented-error"""

    A = 0


class Oserror(enum.Enum):
    """enum oserror"""

    A = 0


class OverflowError(enum.Enum):
    """enum overflow-error"""

    A = 0


class PendingDeprecationWarning(enum.Enum):
    """enum pending-deprecation-warning"""

    A = 0


class PermissionError(enum.Enum):
    """enum permission-error"""

    A = 0


class ProcessLookupError(enum.Enum):
    """enum process-lookup-error"""

    A = 0


class RecursionError(enum.Enum):
    """enum recursion-error"""

    A = 0


class ReferenceError(enum.Enum):
    """enum reference-error"""

    A = 0


class ResourceWarning(enum.Enum):
    """enum resource-warning"""

    A = 0


class RuntimeError(enum.Enum):
    """enum runtime-error"""

    A = 0


class RuntimeWarning(enum.Enum):
    """enum runtime-warning"""

    A = 0


class StopAsyncIteration(enum.Enum):
    """enum stop-async-iteration"""

    A = 0


class StopIteration(enum.Enum):
    """enum stop-iteration"""

    A = 0


class SyntaxError(enum.Enum):
    """enum syntax-error"""

    A = 0


class SyntaxWarning(enum.Enum):
    """enum syntax-warning"""

    A = 0


class SystemError(enum.Enum):
    """enum system-error"""

    A = 0


class SystemExit(enum.Enum):
    """enum system-exit"""

    A = 0


class TabError(enum.Enum):
    """enum tab-error"""

    A = 0


class TimeoutError(enum.Enum):
    """enum timeout-error"""

    A = 0


class TypeError(enum.Enum):
    """enum type-error"""

    A = 0


class UnboundLocalError(enum.Enum):
    """enum unbound-local-error"""

    A = 0


class UnicodeDecodeError(enum.Enum):
    """enum unicode-decode-error"""

    A = 0


class UnicodeEncodeError(enum.Enum):
    """enum unicode-encode-error"""

    A = 0


class UnicodeError(enum.Enum):
    """enum unicode-error"""

    A = 0


class UnicodeTranslateError(enum.Enum):
    """enum unicode-translate-error"""

    A = 0


class UnicodeWarning(enum.Enum):
    """enum unicode-warning"""

    A = 0


class UserWarning(enum.Enum):
    """enum user-warning"""

    A = 0


class ValueError(enum.Enum):
    """enum value-error"""

    A = 0


class ValueErrorRaised(dovetail.Err[ValueError]):
    """Raised where a function's result is an error of type value-error."""


class Warning(enum.Enum):
    """enum warning"""

    A = 0


class ZeroDivisionError(enum.Enum):
    """enum zero-division-error"""

    A = 0


class Classes(Protocol):
    """The classes that Python has built in, its exceptions above all, as types."""

    def fail(self, kind: ValueError, /) -> TypeError:
        """Raises: ValueErrorRaised"""
        ...
