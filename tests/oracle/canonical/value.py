"""Component values as the oracle sees them: plain data without names, so that comparing two of them needs no type.

| type | value |
|---|---|
| `bool`, integers, floats | `bool`, `int`, `float` (of an `f32`: one that it can hold) |
| `char`, `string` | `str` |
| list | `list` |
| record, tuple | `tuple` of the parts in order |
| variant, enum, option, result | `Case`: the number of the case, and its payload or None |
| flags | `int`, the first label in the lowest bit |
| map | `list` of pairs |
| own, borrow | `int`, the representation |
"""

from __future__ import annotations

import math
import struct
from typing import NamedTuple, TypeAlias

CANONICAL_NAN_32 = 0x7FC0_0000
CANONICAL_NAN_64 = 0x7FF8_0000_0000_0000


class Case(NamedTuple):
    """One case of a variant, or of what stands for one."""

    number: int
    payload: Value | None = None


Value: TypeAlias = "bool | int | float | str | list[Value] | tuple[Value, ...] | Case"


def float_bits(number: float, bits: int) -> int:
    """The bits of a float; of any that is not a number, those of the canonical one, as the deterministic profile has it."""
    if math.isnan(number):
        return CANONICAL_NAN_32 if bits == 32 else CANONICAL_NAN_64
    packed = struct.pack("<f" if bits == 32 else "<d", number)
    return int.from_bytes(packed, "little")


def float_value(pattern: int, bits: int) -> float:
    """The float with these bits. There is one value that is not a number: the canonical one."""
    packed = pattern.to_bytes(bits // 8, "little")
    (number,) = struct.unpack("<f" if bits == 32 else "<d", packed)
    return math.nan if math.isnan(number) else float(number)


def same(left: Value | None, right: Value | None) -> bool:
    """Whether two values are one: kinds count (1 is not True), the sign of zero counts, and not-a-number equals itself."""
    if isinstance(left, float) and isinstance(right, float):
        return float_bits(left, 64) == float_bits(right, 64)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        alike = type(left) is type(right) and len(left) == len(right)
        return alike and all(same(a, b) for a, b in zip(left, right, strict=True))
    return type(left) is type(right) and left == right
