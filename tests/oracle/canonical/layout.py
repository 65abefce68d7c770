"""Sizes, alignments and flat shapes: the chapters "Despecialization", "Alignment", "Element Size" and "Flattening".

The width of a pointer in bytes is a parameter everywhere: 4, or 8 for a guest with a 64-bit memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from .wit import (
    INTEGERS,
    Borrow,
    Enumeration,
    Flags,
    List,
    Map,
    Option,
    Own,
    Primitive,
    Record,
    Result,
    Tuple,
    Type,
    Variant,
)

MAX_FLAT_PARAMS = 16
MAX_FLAT_RESULTS = 1


@dataclass(frozen=True)
class Product:
    """What records and tuples despecialize to: parts in a row."""

    parts: tuple[Type, ...]


@dataclass(frozen=True)
class Sum:
    """What variants, enums, options and results despecialize to: one of several payloads, some of which are missing."""

    payloads: tuple[Type | None, ...]


@dataclass(frozen=True)
class Run:
    """What lists and maps despecialize to: one type again and again, so often as `length` says or the value."""

    element: Type
    length: int | None


@dataclass(frozen=True)
class Scalar:
    """Numbers and what is stored as one."""

    bits: int
    core: str


@dataclass(frozen=True)
class Text:
    """A string."""


@dataclass(frozen=True)
class Handle:
    """An index into the table of handles."""

    resource: str
    owned: bool


Plain = Product | Sum | Run | Scalar | Text | Handle


def despecialize(ty: Type) -> Plain:
    """The fundamental type behind a type. Flags are a number with a bit for each label."""
    match ty:
        case Primitive.BOOL:
            return Scalar(8, "i32")
        case Primitive.F32:
            return Scalar(32, "f32")
        case Primitive.F64:
            return Scalar(64, "f64")
        case Primitive.CHAR:
            return Scalar(32, "i32")
        case Primitive.STRING:
            return Text()
        case Primitive():
            bits, _ = INTEGERS[ty]
            return Scalar(bits, "i64" if bits == 64 else "i32")
        case Flags(_, labels):
            return Scalar(8 if len(labels) <= 8 else 16 if len(labels) <= 16 else 32, "i32")
        case Record(_, fields):
            return Product(tuple(field for _, field in fields))
        case Tuple(parts):
            return Product(parts)
        case Variant(_, cases):
            return Sum(tuple(payload for _, payload in cases))
        case Enumeration(_, labels):
            return Sum((None,) * len(labels))
        case Option(some):
            return Sum((None, some))
        case Result(ok, error):
            return Sum((ok, error))
        case List(element, length):
            return Run(element, length)
        case Map(key, value):
            return Run(Tuple((key, value)), None)
        case Own(resource):
            return Handle(resource, True)
        case Borrow(resource):
            return Handle(resource, False)


def round_up(number: int, multiple: int) -> int:
    """The next multiple that is not smaller."""
    return -(-number // multiple) * multiple


def discriminant_size(cases: int) -> int:
    """The bytes of the smallest number that tells so many cases apart (`discriminant_type`)."""
    return 1 if cases <= 1 << 8 else 2 if cases <= 1 << 16 else 4


@cache
def alignment(ty: Type, pointer: int = 4) -> int:
    """Where a value may stand in memory."""
    match despecialize(ty):
        case Scalar(bits, _):
            return bits // 8
        case Text():
            return pointer
        case Handle():
            return 4
        case Run(_, None):
            return pointer
        case Run(element, _):
            return alignment(element, pointer)
        case Product(parts):
            return max(alignment(part, pointer) for part in parts)
        case Sum(payloads):
            return max(discriminant_size(len(payloads)), payload_alignment(payloads, pointer))


def payload_alignment(payloads: Iterable[Type | None], pointer: int) -> int:
    """The widest alignment of any payload."""
    return max((alignment(payload, pointer) for payload in payloads if payload is not None), default=1)


@cache
def size(ty: Type, pointer: int = 4) -> int:
    """The bytes of a value in memory, without what it points to (`elem_size`)."""
    match despecialize(ty):
        case Scalar(bits, _):
            return bits // 8
        case Text():
            return 2 * pointer
        case Handle():
            return 4
        case Run(_, None):
            return 2 * pointer
        case Run(element, int() as length):
            return length * size(element, pointer)
        case Product(parts):
            *_, end = offsets(parts, pointer)
            return round_up(end, alignment(ty, pointer))
        case Sum(payloads):
            widest = max((size(payload, pointer) for payload in payloads if payload is not None), default=0)
            return round_up(payload_offset(payloads, pointer) + widest, alignment(ty, pointer))
    raise AssertionError(ty)


def offsets(parts: Sequence[Type], pointer: int) -> list[int]:
    """Where each part of a product begins, and after them where the last one ends."""
    found, end = [], 0
    for part in parts:
        start = round_up(end, alignment(part, pointer))
        found.append(start)
        end = start + size(part, pointer)
    return [*found, end]


def payload_offset(payloads: Sequence[Type | None], pointer: int) -> int:
    """Where the payload of a sum begins, whichever it is."""
    return round_up(discriminant_size(len(payloads)), payload_alignment(payloads, pointer))


@cache
def flat(ty: Type, pointer: int = 4) -> tuple[str, ...]:
    """The core types of a value that is not in memory (`flatten_type`)."""
    address = "i32" if pointer == 4 else "i64"
    match despecialize(ty):
        case Scalar(_, core):
            return (core,)
        case Text() | Run(_, None):
            return (address, address)
        case Handle():
            return ("i32",)
        case Run(element, int() as length):
            return flat(element, pointer) * length
        case Product(parts):
            return flat_all(parts, pointer)
        case Sum(payloads):
            joined: list[str] = []
            for payload in payloads:
                for place, core in enumerate(flat(payload, pointer) if payload is not None else ()):
                    if place == len(joined):
                        joined.append(core)
                    else:
                        joined[place] = join(joined[place], core)
            return ("i32", *joined)
    raise AssertionError(ty)


def flat_all(types: Iterable[Type], pointer: int = 4) -> tuple[str, ...]:
    """The core types of several values in a row."""
    return tuple(core for ty in types for core in flat(ty, pointer))


def join(left: str, right: str) -> str:
    """The core type that has room for either."""
    if left == right:
        return left
    return "i32" if {left, right} == {"i32", "f32"} else "i64"


@dataclass(frozen=True)
class Signature:
    """The core type of a function, and which of its values are behind a pointer."""

    params: tuple[str, ...]
    results: tuple[str, ...]
    params_spilled: bool
    results_spilled: bool


def signature(params: Sequence[Type], result: Type | None, lowered: bool, pointer: int = 4) -> Signature:
    """The core signature (`flatten_functype`) of an export, or of an import if `lowered`."""
    address = "i32" if pointer == 4 else "i64"
    core_params = flat_all(params, pointer)
    core_results = flat(result, pointer) if result is not None else ()
    params_spilled = len(core_params) > MAX_FLAT_PARAMS
    results_spilled = len(core_results) > MAX_FLAT_RESULTS
    if params_spilled:
        core_params = (address,)
    if results_spilled:
        # The caller of an import tells where the result goes; an export tells where it is.
        core_params, core_results = ((*core_params, address), ()) if lowered else (core_params, (address,))
    return Signature(core_params, core_results, params_spilled, results_spilled)
