"""What the tests of hostile Python objects and of hostile hosts share."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

import pytest

IN_USE = "the store is in use: a value is being converted for it"
NOT_CLOSED = "the store is in use: it cannot be closed during a call into it"
CHANGED = "the sequence changed its length while it was converted"

Act = Callable[[], object]


def refused(call: Callable[[], object], error: type[BaseException], text: str) -> None:
    """The call raises exactly this class with exactly this text."""
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error
    assert str(caught.value) == text


class Raises:
    """Raises the same exception each time."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __call__(self, *_arguments: Any) -> Any:
        raise self.error


class Acting:
    """Does something wherever it is asked what it is: as a number, as a sequence, as a mapping."""

    def __init__(self, act: Act, at: str = "") -> None:
        self.act = act
        self.at = at
        self.done = 0

    def _at(self, place: str) -> None:
        if self.at in ("", place):
            self.done += 1
            self.act()

    def __index__(self) -> int:
        self._at("__index__")
        return 1

    def __float__(self) -> float:
        self._at("__float__")
        return 1.0

    def __len__(self) -> int:
        self._at("__len__")
        return 1

    def __getitem__(self, place: int) -> Any:
        self._at("__getitem__")
        if place > 0:
            raise IndexError
        return 1

    def __iter__(self) -> Iterator[Any]:
        self._at("__iter__")
        return iter([1])


# Where Python objects are asked something, and the calls of the guest `everything` that ask it.
ASKED: dict[str, tuple[str, Callable[[Any, Any], object]]] = {
    "an integer": ("__index__", lambda echo, value: echo.unsigned8(value)),
    "a 64-bit integer": ("__index__", lambda echo, value: echo.unsigned64(value)),
    "a number in a list": ("__index__", lambda echo, value: echo.lists([[1, value]])),
    "a number in a tuple": ("__index__", lambda echo, value: echo.words((1, value))),
    "a float": ("__float__", lambda echo, value: echo.float64(value)),
    "a float in a list": ("__float__", lambda echo, value: echo.floats([value])),
    "the length of a sequence": ("__len__", lambda echo, value: echo.lists([value])),
    "an item of a sequence": ("__getitem__", lambda echo, value: echo.lists([value])),
}


class PyBuffer(ctypes.Structure):
    """`Py_buffer`, to forge one."""

    _fields_ = [
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.py_object),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.POINTER(ctypes.c_ssize_t)),
        ("strides", ctypes.POINTER(ctypes.c_ssize_t)),
        ("suboffsets", ctypes.POINTER(ctypes.c_ssize_t)),
        ("internal", ctypes.c_void_p),
    ]


def forged(length: int, itemsize: int, letter: bytes) -> Any:
    """A buffer of this length with items of another size than its format has."""
    contents = ctypes.create_string_buffer(64)
    shape = (ctypes.c_ssize_t * 1)(length // itemsize if itemsize else length)
    strides = (ctypes.c_ssize_t * 1)(itemsize)
    view = PyBuffer(
        ctypes.addressof(contents), None, length, itemsize, 1, 1, letter, shape, strides, None, None
    )  # fmt: skip
    ctypes.pythonapi.PyMemoryView_FromBuffer.restype = ctypes.py_object
    made = ctypes.pythonapi.PyMemoryView_FromBuffer(ctypes.byref(view))
    return made, contents, shape, strides
