"""The exceptions of the engine: bad input, a trap of the guest, an exit of the guest, a bug of ours.

The engine raises these and defines none of its own. (A WIT error value is `dovetail.Err`; wrong values handed to a call
are Python's `TypeError`, `OverflowError` and `ValueError`.)
"""

from __future__ import annotations

import enum
from collections.abc import Sequence


class DovetailError(Exception):
    """The base of what the engine raises."""


class CompileError(DovetailError):
    """The bytes are not a WebAssembly module or component that this engine accepts."""


class LinkError(DovetailError):
    """What a module or component imports is missing or has the wrong type."""


class EngineBug(DovetailError):
    """The engine broke a promise of its own: please report it, with the guest if you can."""


class ExitTrap(DovetailError):
    """The guest ended itself through WASI's `exit`."""

    def __init__(self, code: int, /) -> None:
        super().__init__(code)

    @property
    def code(self) -> int:
        """The exit status: 0 for success."""
        code: int = self.args[0]
        return code

    def __str__(self) -> str:
        return f"exited with status {self.code}"


class TrapCode(enum.Enum):
    """Why a guest was stopped. Names and numbers are wasmtime's where it has the same reason."""

    STACK_OVERFLOW = 0
    MEMORY_OUT_OF_BOUNDS = 1
    HEAP_MISALIGNED = 2
    TABLE_OUT_OF_BOUNDS = 3
    INDIRECT_CALL_TO_NULL = 4
    BAD_SIGNATURE = 5
    INTEGER_OVERFLOW = 6
    INTEGER_DIVISION_BY_ZERO = 7
    BAD_CONVERSION_TO_INTEGER = 8
    UNREACHABLE = 9
    INTERRUPT = 10
    NULL_REFERENCE = 13
    ALLOCATION_TOO_LARGE = 15
    CANNOT_ENTER_COMPONENT = 17
    CANNOT_LEAVE_COMPONENT = 23
    UNDEFINED_ELEMENT = 100
    CANONICAL_ABI = 101
    INVALID_HANDLE = 102
    UNKNOWN_IMPORT = 103
    UNCAUGHT_EXCEPTION = 104


class Frame:
    """One WebAssembly function on the stack when a trap happened."""

    __slots__ = ("func_index", "func_name", "module_name", "module_offset")

    func_index: int
    """The function's index in its module."""
    func_name: str | None
    """The function's name, from the module's name section."""
    module_name: str | None
    """The module's name, from its name section."""
    module_offset: int | None
    """Where in the module's binary the frame was."""

    def __init__(
        self,
        func_index: int,
        func_name: str | None = None,
        module_name: str | None = None,
        module_offset: int | None = None,
    ) -> None:
        self.func_index = func_index
        self.func_name = func_name
        self.module_name = module_name
        self.module_offset = module_offset

    def __repr__(self) -> str:
        return f"<Frame {self}>"

    def __str__(self) -> str:
        function = self.func_name or f"<wasm function {self.func_index}>"
        text = f"{self.module_name or '<module>'}!{function}"
        return text if self.module_offset is None else f"{text} (at {self.module_offset:#x})"

    def __reduce__(self) -> tuple[type[Frame], tuple[int, str | None, str | None, int | None]]:
        return Frame, (self.func_index, self.func_name, self.module_name, self.module_offset)


class Trap(DovetailError):
    """The guest was stopped: it did what the specification forbids, or the engine was told to stop it."""

    def __init__(self, message: str, code: TrapCode | None = None, frames: Sequence[Frame] = ()) -> None:
        super().__init__(message, code, tuple(frames))

    @property
    def message(self) -> str:
        """What happened, without the backtrace."""
        message: str = self.args[0]
        return message

    @property
    def code(self) -> TrapCode | None:
        """The reason; `None` for a trap that a host function made."""
        code: TrapCode | None = self.args[1]
        return code

    @property
    def trap_code(self) -> TrapCode | None:
        """The same as `code`, under wasmtime's name."""
        return self.code

    @property
    def frames(self) -> list[Frame]:
        """The WebAssembly functions on the stack, innermost first."""
        frames: tuple[Frame, ...] = self.args[2]
        return list(frames)

    def __str__(self) -> str:
        lines = [self.message]
        if self.frames:
            lines.append("wasm backtrace, innermost first:")
            lines += [f"  {number}: {frame}" for number, frame in enumerate(self.frames)]
        return "\n".join(lines)


class TimeoutTrap(Trap, TimeoutError):
    """The guest was stopped because its time was over: `Store(timeout=...)`, or `Store.deadline`."""

    def __init__(self, message: str, code: TrapCode | None = None, frames: Sequence[Frame] = ()) -> None:
        # Past `OSError`, which takes its arguments for the number and the text of an error of the system.
        Exception.__init__(self, message, code, tuple(frames))
