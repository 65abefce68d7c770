"""Lowering: values into a guest's memory ("Storing") or into core values ("Flat Lowering").

Core values are their bits, as unsigned numbers: what a joined type of a variant asks for is then nothing but zeros above.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from .guest import Entry, Guest
from .layout import (
    MAX_FLAT_PARAMS,
    MAX_FLAT_RESULTS,
    Handle,
    Product,
    Run,
    Scalar,
    Sum,
    Text,
    alignment,
    despecialize,
    discriminant_size,
    flat,
    flat_all,
    offsets,
    payload_offset,
    size,
)
from .text import Hint, hint, lower_string
from .value import Case, Value, float_bits
from .wit import Tuple, Type


class Lowering:
    """Lowers values into one guest. `origin` tells how a string was encoded where it comes from: a host has utf8."""

    def __init__(self, guest: Guest, origin: Callable[[str], Hint] = lambda string: hint(string, "utf8")) -> None:
        self.guest = guest
        self.origin = origin
        self.handles: list[int] = []
        """The indices of the handles that were lowered, in order."""

    def params(self, types: Sequence[Type], values: Sequence[Value]) -> list[int]:
        """The core arguments of an export (`lower_flat_values` without an address given)."""
        return self._values(types, values, MAX_FLAT_PARAMS, None)

    def result(self, ty: Type, value: Value, target: int) -> list[int]:
        """The core results of an import; where they are spilled, they go to `target`, which the guest gave."""
        return self._values((ty,), (value,), MAX_FLAT_RESULTS, target)

    def _values(self, types: Sequence[Type], values: Sequence[Value], limit: int, target: int | None) -> list[int]:
        pointer = self.guest.pointer
        if len(flat_all(types, pointer)) <= limit:
            return [number for ty, value in zip(types, values, strict=True) for number in self.flat(ty, value)]
        whole = Tuple(tuple(types))
        align, length = alignment(whole, pointer), size(whole, pointer)
        if target is None:
            address = self.guest.allocate(align, length)
        else:
            self.guest.check(target, align, length)
            address = target
        self.store(address, whole, tuple(values))
        return [address] if target is None else []

    def store(self, address: int, ty: Type, value: Value) -> None:
        """Stores a value at an address that is known to be good (`store`)."""
        guest = self.guest
        match despecialize(ty):
            case Scalar(bits, core):
                guest.write(address, _number(value, core, bits), bits // 8)
            case Text():
                self._store_pair(address, self._string(value))
            case Handle(resource, owned):
                guest.write(address, self._handle(value, resource, owned), 4)
            case Run(element, None):
                self._store_pair(address, self._list(element, value))
            case Run(element, _):
                self._store_elements(address, element, value)
            case Product(parts):
                places = offsets(parts, guest.pointer)
                for part, offset, item in zip(parts, places, cast("tuple[Value, ...]", value), strict=False):
                    self.store(address + offset, part, item)
            case Sum(payloads):
                case = _case(value)
                guest.write(address, case.number, discriminant_size(len(payloads)))
                payload = payloads[case.number]
                if payload is not None:
                    self.store(address + payload_offset(payloads, guest.pointer), payload, _payload(case))

    def flat(self, ty: Type, value: Value) -> list[int]:
        """The core values of a value (`lower_flat`)."""
        match despecialize(ty):
            case Scalar(bits, core):
                # A number narrower than its core type is extended by its sign.
                return [_number(value, core, bits) % (1 << _core_bits(core))]
            case Text():
                return list(self._string(value))
            case Handle(resource, owned):
                return [self._handle(value, resource, owned)]
            case Run(element, None):
                return list(self._list(element, value))
            case Run(element, _):
                return [number for item in cast("list[Value]", value) for number in self.flat(element, item)]
            case Product(parts):
                items = cast("tuple[Value, ...]", value)
                return [number for part, item in zip(parts, items, strict=True) for number in self.flat(part, item)]
            case Sum(payloads):
                case = _case(value)
                payload = payloads[case.number]
                numbers = [] if payload is None else self.flat(payload, _payload(case))
                room = len(flat(ty, self.guest.pointer)) - 1
                return [case.number, *numbers, *[0] * (room - len(numbers))]

    def _store_pair(self, address: int, pair: tuple[int, int]) -> None:
        width = self.guest.pointer
        self.guest.write(address, pair[0], width)
        self.guest.write(address + width, pair[1], width)

    def _string(self, value: Value) -> tuple[int, int]:
        string = cast("str", value)
        return lower_string(self.guest, string, self.origin(string))

    def _list(self, element: Type, value: Value) -> tuple[int, int]:
        items = cast("list[Value]", value)
        pointer = self.guest.pointer
        address = self.guest.allocate(alignment(element, pointer), len(items) * size(element, pointer))
        self._store_elements(address, element, value)
        return address, len(items)

    def _store_elements(self, address: int, element: Type, value: Value) -> None:
        stride = size(element, self.guest.pointer)
        for place, item in enumerate(cast("list[Value]", value)):
            self.store(address + place * stride, element, item)

    def _handle(self, value: Value, resource: str, owned: bool) -> int:
        index = self.guest.handles.add(Entry(resource, cast("int", value), owned))
        self.handles.append(index)
        return index


def _number(value: Value, core: str, bits: int) -> int:
    if core in ("f32", "f64"):
        return float_bits(cast("float", value), bits)
    if isinstance(value, str):
        return ord(value)
    return int(cast("int", value))


def _core_bits(core: str) -> int:
    return 32 if core in ("i32", "f32") else 64


def _case(value: Value) -> Case:
    assert isinstance(value, Case), value
    return value


def _payload(case: Case) -> Value:
    assert case.payload is not None, case
    return case.payload
