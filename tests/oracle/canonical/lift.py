"""Lifting: values out of a guest's memory ("Loading") or out of core values ("Flat Lifting"), checked like a hostile's.

Core values are their bits, as unsigned numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from .guest import Guest
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
from .text import MAX_BYTES, lift_string
from .trap import Reason, trap
from .value import Case, Value, float_value
from .wit import INTEGERS, Flags, Primitive, Tuple, Type


class Lifting:
    """Lifts values out of one guest."""

    def __init__(self, guest: Guest) -> None:
        self.guest = guest

    def params(self, types: Sequence[Type], core: Sequence[int]) -> list[Value]:
        """The arguments with which a guest calls an import (`lift_flat_values`)."""
        return self._values(types, core, MAX_FLAT_PARAMS)

    def result(self, ty: Type, core: Sequence[int]) -> Value:
        """The result of an export."""
        [value] = self._values((ty,), core, MAX_FLAT_RESULTS)
        return value

    def _values(self, types: Sequence[Type], core: Sequence[int], limit: int) -> list[Value]:
        pointer = self.guest.pointer
        if len(flat_all(types, pointer)) <= limit:
            values, place = [], 0
            for ty in types:
                width = len(flat(ty, pointer))
                values.append(self.flat(ty, core[place : place + width]))
                place += width
            return values
        whole = Tuple(tuple(types))
        self.guest.check(core[0], alignment(whole, pointer), size(whole, pointer))
        return list(cast("tuple[Value, ...]", self.load(core[0], whole)))

    def load(self, address: int, ty: Type) -> Value:
        """The value at an address that is known to be good (`load`)."""
        guest = self.guest
        match despecialize(ty):
            case Scalar(bits, _):
                return _scalar(ty, guest.read(address, bits // 8))
            case Text():
                return self._string(*self._load_pair(address))
            case Handle(resource, owned):
                return self._handle(guest.read(address, 4), resource, owned)
            case Run(element, None):
                return self._list(element, *self._load_pair(address))
            case Run(element, int() as length):
                return self._load_elements(address, element, length)
            case Product(parts):
                places = offsets(parts, guest.pointer)
                return tuple(self.load(address + offset, part) for part, offset in zip(parts, places, strict=False))
            case Sum(payloads):
                number = guest.read(address, discriminant_size(len(payloads)))
                if number >= len(payloads):
                    trap(Reason.DISCRIMINANT)
                payload = payloads[number]
                if payload is None:
                    return Case(number)
                return Case(number, self.load(address + payload_offset(payloads, guest.pointer), payload))
        raise AssertionError(ty)

    def flat(self, ty: Type, core: Sequence[int]) -> Value:
        """The value of core values, of which there are exactly so many as the type has (`lift_flat`)."""
        # Where a variant joined core types, the bits of a narrower one are the low bits of the wider one.
        match despecialize(ty):
            case Scalar(bits, _):
                # Numbers ignore the bits above their own; of a bool every bit of the core value counts.
                return _scalar(ty, core[0] % (1 << (32 if ty is Primitive.BOOL else bits)))
            case Text():
                return self._string(*self._pair(core))
            case Handle(resource, owned):
                return self._handle(core[0] % (1 << 32), resource, owned)
            case Run(element, None):
                return self._list(element, *self._pair(core))
            case Run(element, int() as length):
                return list(self._flat_parts((element,) * length, core))
            case Product(parts):
                return tuple(self._flat_parts(parts, core))
            case Sum(payloads):
                number = core[0] % (1 << 32)
                if number >= len(payloads):
                    trap(Reason.DISCRIMINANT)
                payload = payloads[number]
                if payload is None:
                    return Case(number)
                return Case(number, self.flat(payload, core[1 : 1 + len(flat(payload, self.guest.pointer))]))
        raise AssertionError(ty)

    def _flat_parts(self, parts: Sequence[Type], core: Sequence[int]) -> list[Value]:
        values, place = [], 0
        for part in parts:
            width = len(flat(part, self.guest.pointer))
            values.append(self.flat(part, core[place : place + width]))
            place += width
        return values

    def _pair(self, core: Sequence[int]) -> tuple[int, int]:
        mask = (1 << 8 * self.guest.pointer) - 1
        return core[0] & mask, core[1] & mask

    def _load_pair(self, address: int) -> tuple[int, int]:
        width = self.guest.pointer
        return self.guest.read(address, width), self.guest.read(address + width, width)

    def _string(self, address: int, length: int) -> str:
        string, _ = lift_string(self.guest, address, length)
        return string

    def _list(self, element: Type, address: int, length: int) -> Value:
        stride = size(element, self.guest.pointer)
        if length * stride > MAX_BYTES:
            trap(Reason.TOO_LONG)
        self.guest.check(address, alignment(element, self.guest.pointer), length * stride)
        return self._load_elements(address, element, length)

    def _load_elements(self, address: int, element: Type, length: int) -> list[Value]:
        stride = size(element, self.guest.pointer)
        return [self.load(address + place * stride, element) for place in range(length)]

    def _handle(self, index: int, resource: str, owned: bool) -> int:
        handles = self.guest.handles
        if owned:
            if not handles.get(index, resource).owned:
                trap(Reason.NOT_OWNED)
            return handles.remove(index, resource).representation
        entry = handles.get(index, resource)
        entry.lends += 1
        self.guest.lenders.append(entry)
        return entry.representation


def _scalar(ty: Type, bits: int) -> Value:
    """The value of a number's bits, of which a guest may have set any."""
    match ty:
        case Primitive.BOOL:
            return bits != 0
        case Primitive.F32:
            return float_value(bits, 32)
        case Primitive.F64:
            return float_value(bits, 64)
        case Primitive.CHAR:
            if bits >= 0x110000 or 0xD800 <= bits <= 0xDFFF:
                trap(Reason.CHARACTER)
            return chr(bits)
        case Flags(_, labels):
            return bits % (1 << len(labels))
        case Primitive():
            width, signed = INTEGERS[ty]
            return bits - (1 << width) if signed and bits >> (width - 1) else bits
    raise AssertionError(ty)
