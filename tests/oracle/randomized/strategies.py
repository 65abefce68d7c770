"""What hypothesis draws: types, values of them, and how a case treats them.

Types are drawn without names; `numbered` names their definitions afterwards. Names of parts come from short lists in which
words that Python keeps for itself stand beside plain ones.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import TypeVar

from canonical.value import Case, Value
from canonical.wit import (
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
from hypothesis import strategies as st

from .allocator import Fault

Part = TypeVar("Part")

FIELDS = ("a", "second", "class", "from", "two-words", "value", "self", "none", "x9")
CASES = ("first", "none", "some-thing", "true", "error", "ok", "value", "x9")
KEYS = (Primitive.BOOL, Primitive.CHAR, Primitive.STRING, *INTEGERS)
ENCODINGS = ("utf8", "utf16", "latin1+utf16")
INTERESTING = (0, 1, 2, 3, 0xD800, 0xDFFF, 0x10FFFF, 0x110000, 0x3FFFF, 0x40000, 0x40001, 1 << 28, 1 << 31, 0xFFFF_FFFF)


@dataclasses.dataclass(frozen=True)
class Damage:
    """A change of the image that a guest's memory holds: where (modulo the image's size), and what is written there."""

    place: int
    number: int
    width: int


@dataclasses.dataclass(frozen=True)
class Round:
    """One value on its way through all functions of its type."""

    value: Value
    reply: Value
    start: int
    moves: bool
    fault: Fault | None
    damages: tuple[Damage, ...]


@dataclasses.dataclass(frozen=True)
class Trial:
    """One type with its rounds."""

    ty: Type
    encoding: str
    rounds: tuple[Round, ...]


def _named(
    names: Sequence[str], parts: st.SearchStrategy[list[Part]]
) -> st.SearchStrategy[tuple[tuple[str, Part], ...]]:
    """Gives names to parts: those from some place in the list on, so that each name meets each number of parts."""

    def pair(parts: list[Part], first: int) -> tuple[tuple[str, Part], ...]:
        return tuple((names[(first + place) % len(names)], part) for place, part in enumerate(parts))

    return st.builds(pair, parts, st.integers(0, len(names) - 1))


def _labels(most: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.integers(1, most).map(lambda count: tuple(f"label{number}" for number in range(count)))


LEAVES: st.SearchStrategy[Type] = st.one_of(
    st.sampled_from(tuple(Primitive)),
    st.sampled_from((Primitive.STRING, Primitive.F32, Primitive.F64, Primitive.CHAR, Primitive.S8, Primitive.S64)),
    _labels(32).map(lambda labels: Flags("", labels)),
    st.integers(1, len(CASES)).map(lambda count: Enumeration("", CASES[:count])),
    # More cases than a byte can number.
    st.sampled_from((255, 256, 257, 300)).map(
        lambda count: Enumeration("", tuple(f"case{number}" for number in range(count)))
    ),
)


def _compound(inner: st.SearchStrategy[Type]) -> st.SearchStrategy[Type]:
    maybe = st.one_of(st.none(), inner)
    return st.one_of(
        inner.map(List),
        st.builds(List, inner, st.integers(1, 5)),
        st.builds(Map, st.sampled_from(KEYS), inner),
        st.lists(inner, min_size=1, max_size=5).map(lambda parts: Tuple(tuple(parts))),
        inner.map(Option),
        st.builds(Result, maybe, maybe),
        _named(FIELDS, st.lists(inner, min_size=1, max_size=6)).map(lambda fields: Record("", fields)),
        _named(CASES, st.lists(maybe, min_size=1, max_size=6)).map(lambda cases: Variant("", cases)),
    )


def numbered(ty: Type) -> Type:
    """The type with its definitions named d0, d1, ..."""
    count = 0

    def name() -> str:
        nonlocal count
        count += 1
        return f"d{count - 1}"

    def visit(ty: Type) -> Type:
        match ty:
            case Primitive() | Own() | Borrow():
                return ty
            case List(element, length):
                return List(visit(element), length)
            case Map(key, value):
                return Map(key, visit(value))
            case Tuple(parts):
                return Tuple(tuple(visit(part) for part in parts))
            case Option(some):
                return Option(visit(some))
            case Result(ok, error):
                return Result(ok and visit(ok), error and visit(error))
            case Record(_, fields):
                return Record(name(), tuple((label, visit(field)) for label, field in fields))
            case Variant(_, cases):
                return Variant(name(), tuple((label, payload and visit(payload)) for label, payload in cases))
            case Enumeration() | Flags():
                return dataclasses.replace(ty, name=name())

    return visit(ty)


RESOURCE = "res"
PLAIN = st.recursive(LEAVES, _compound, max_leaves=10)
OWNING = st.recursive(st.one_of(LEAVES, st.just(Own(RESOURCE))), _compound, max_leaves=6)
BORROWING = st.recursive(st.sampled_from((*Primitive, Own(RESOURCE), Borrow(RESOURCE))), _compound, max_leaves=6)
TYPES: st.SearchStrategy[Type] = st.one_of(PLAIN, PLAIN, PLAIN, PLAIN, OWNING, BORROWING).map(numbered)

CHARACTERS = st.one_of(
    st.characters(max_codepoint=0x7F),
    st.characters(min_codepoint=0x80, max_codepoint=0xFF),
    st.characters(min_codepoint=0x100, exclude_categories=["Cs"]),
)
STRINGS = st.one_of(
    st.text(st.characters(max_codepoint=0x7F), max_size=12),
    st.text(st.characters(max_codepoint=0xFF), max_size=12),
    st.text(CHARACTERS, max_size=12),
)


def values(ty: Type) -> st.SearchStrategy[Value]:
    """Values of a type."""
    match ty:
        case Primitive.BOOL:
            return st.booleans()
        case Primitive.F32:
            return st.floats(width=32).map(_canonical)
        case Primitive.F64:
            return st.floats().map(_canonical)
        case Primitive.CHAR:
            return CHARACTERS
        case Primitive.STRING:
            return STRINGS
        case Primitive():
            bits, signed = INTEGERS[ty]
            low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
            return st.one_of(st.integers(low, high), st.sampled_from((low, high)))
        case List(element, None):
            return st.lists(values(element), max_size=4)
        case List(element, length):
            assert length is not None
            return st.lists(values(element), min_size=length, max_size=length)
        case Map(key, value):
            return st.dictionaries(values(key), values(value), max_size=3).map(lambda made: list(made.items()))
        case Tuple(parts):
            return st.tuples(*map(values, parts))
        case Option(some):
            return _cases((None, some))
        case Result(ok, error):
            return _cases((ok, error))
        case Record(_, fields):
            return st.tuples(*[values(field) for _, field in fields])
        case Variant(_, cases):
            return _cases([payload for _, payload in cases])
        case Enumeration(_, labels):
            return st.integers(0, len(labels) - 1).map(Case)
        case Flags(_, labels):
            return st.integers(0, (1 << len(labels)) - 1)
        case Own() | Borrow():
            # An object is made for each handle when the value is used.
            return st.just(0)
    raise AssertionError(ty)


def _canonical(number: float) -> float:
    """There is one value that is not a number."""
    return math.nan if math.isnan(number) else number


def _cases(payloads: Sequence[Type | None]) -> st.SearchStrategy[Value]:
    return st.one_of(
        [
            st.just(Case(number)) if payload is None else st.builds(Case, st.just(number), values(payload))
            for number, payload in enumerate(payloads)
        ]
    )


FAULTS = st.builds(Fault, st.integers(0, 3), st.booleans())
DAMAGES = st.builds(
    Damage,
    st.integers(0, 0xFFFF),
    st.one_of(st.sampled_from(INTERESTING), st.integers(0, 0xFFFF_FFFF)),
    st.sampled_from((1, 4, 4)),
)


def rounds(ty: Type) -> st.SearchStrategy[Round]:
    """What is done with one type."""
    return st.builds(
        Round,
        values(ty),
        values(ty),
        st.integers(0, 15),
        st.booleans(),
        st.one_of(st.none(), FAULTS),
        st.lists(DAMAGES, max_size=4).map(tuple),
    )


@st.composite
def trials(draw: st.DrawFn) -> Trial:
    """A type, and some rounds with values of it."""
    ty = draw(TYPES)
    return Trial(ty, draw(st.sampled_from(ENCODINGS)), tuple(draw(st.lists(rounds(ty), min_size=1, max_size=3))))
