"""The component model's values that have no counterpart in plain Python: `Some`, `Ok`, `Err`, and the shape of a resource.

Written by hand rather than with `dataclasses`, whose import alone costs more than all of `import dovetail`. This module
must not import the engine: the engine imports it.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Protocol, TypeAlias, TypeVar, runtime_checkable

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Buffer, Self
    from typing_extensions import TypeVar as _TypeVarWithDefault

    E_co = _TypeVarWithDefault("E_co", covariant=True, default=Any)
else:
    E_co = TypeVar("E_co", covariant=True)
    if sys.version_info >= (3, 12):
        from collections.abc import Buffer
    else:
        import abc

        class Buffer(abc.ABC):
            """Any object with the buffer protocol: `bytes`, `bytearray`, `memoryview`, `array.array`, a numpy array."""

            @classmethod
            def __subclasshook__(cls, other: type, /) -> bool:
                if cls is not Buffer:
                    return NotImplemented
                return _has_buffer(other)

        def _has_buffer(candidate: type) -> bool:
            """Whether a class is one whose instances are known to have a buffer: before 3.12 Python cannot say in general."""
            return any(
                base.__name__ in {"bytes", "bytearray", "memoryview", "array", "ndarray", "NumberBuffer"}
                for base in candidate.__mro__
            )


__all__ = ["Buffer", "Err", "MaybeAwaitable", "Ok", "Resource", "Result", "Some", "as_import"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class _Wrapper(Generic[T_co]):
    """An immutable value with one part, equal to others of its class by that part."""

    __slots__ = ("_value",)
    __match_args__ = ("value",)

    _value: T_co

    def __init__(self, value: T_co) -> None:
        object.__setattr__(self, "_value", value)

    @property
    def value(self) -> T_co:
        """The wrapped value."""
        return self._value

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return bool(self._value == other._value)

    def __hash__(self) -> int:
        return hash((type(self), self._value))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(value={self._value!r})"

    def __reduce__(self) -> tuple[object, tuple[T_co]]:
        return type(self), (self._value,)


class Some(_Wrapper[T_co]):
    """The present case of an option whose payload is itself an option: `Some[int | None] | None`."""

    __slots__ = ()


class Ok(_Wrapper[T_co]):
    """The success case of a nested result."""

    __slots__ = ()


class Err(Exception, Generic[E_co]):
    """The error case of a result: raised by a function whose result it is, a value where the result is nested."""

    __match_args__ = ("value",)

    def __init__(self, value: E_co, /) -> None:
        super().__init__(value)

    @property
    def value(self) -> E_co:
        """The WIT error value."""
        value: E_co = self.args[0]
        return value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Err) and self.args == other.args

    def __hash__(self) -> int:
        return hash((Err, self.args))


Result: TypeAlias = "Ok[T] | Err[E_co]"
"""A nested `result<T, E>`."""

MaybeAwaitable: TypeAlias = T | Awaitable[T]
"""What a host function may return where the asynchronous face is used."""


@runtime_checkable
class Resource(Protocol):
    """What every resource that a component exports has besides its WIT functions."""

    def drop(self) -> None:
        """Drop the handle now. Does nothing when it was dropped or given away before."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
        /,
    ) -> None: ...


def as_import(interface: object, /) -> Any:
    """Marks the interface that one component exports as the import of another, in the same store.

    The two packages define their classes separately, so a type checker cannot see that they fit; binding checks it.
    """
    return interface
