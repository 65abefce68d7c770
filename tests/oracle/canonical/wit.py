"""WIT types as data, and their text.

Names belong to records, variants, enums, flags and resources; everything else is anonymous. A `Definition` is a type with a
name; two definitions are the same type only if everything about them is equal, which is enough for one component.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class Primitive(Enum):
    """The types without parts; the value is WIT's word."""

    BOOL = "bool"
    S8 = "s8"
    U8 = "u8"
    S16 = "s16"
    U16 = "u16"
    S32 = "s32"
    U32 = "u32"
    S64 = "s64"
    U64 = "u64"
    F32 = "f32"
    F64 = "f64"
    CHAR = "char"
    STRING = "string"


INTEGERS: dict[Primitive, tuple[int, bool]] = {
    Primitive.S8: (8, True),
    Primitive.U8: (8, False),
    Primitive.S16: (16, True),
    Primitive.U16: (16, False),
    Primitive.S32: (32, True),
    Primitive.U32: (32, False),
    Primitive.S64: (64, True),
    Primitive.U64: (64, False),
}
"""Bits and signedness of the integer types."""


@dataclass(frozen=True)
class List:
    """`list<T>`, or `list<T, N>` where the length is fixed."""

    element: Type
    length: int | None = None


@dataclass(frozen=True)
class Map:
    """`map<K, V>`."""

    key: Type
    value: Type


@dataclass(frozen=True)
class Tuple:
    """`tuple<...>`, of one part at least."""

    parts: tuple[Type, ...]


@dataclass(frozen=True)
class Option:
    """`option<T>`."""

    some: Type


@dataclass(frozen=True)
class Result:
    """`result<T, E>`, each part of which may be missing."""

    ok: Type | None
    error: Type | None


@dataclass(frozen=True)
class Record:
    """A record: a name, and fields with names."""

    name: str
    fields: tuple[tuple[str, Type], ...]


@dataclass(frozen=True)
class Variant:
    """A variant: a name, and cases with names and perhaps payloads."""

    name: str
    cases: tuple[tuple[str, Type | None], ...]


@dataclass(frozen=True)
class Enumeration:
    """An enum: a name, and the names of its cases."""

    name: str
    cases: tuple[str, ...]


@dataclass(frozen=True)
class Flags:
    """Flags: a name, and one to 32 labels."""

    name: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Own:
    """`own<R>` of a resource that the guest imports."""

    resource: str


@dataclass(frozen=True)
class Borrow:
    """`borrow<R>` of a resource that the guest imports."""

    resource: str


Definition: TypeAlias = Record | Variant | Enumeration | Flags
Type: TypeAlias = Primitive | List | Map | Tuple | Option | Result | Definition | Own | Borrow


def parts(ty: Type) -> Iterator[Type]:
    """The types that a type is directly made of, in order."""
    match ty:
        case Primitive() | Enumeration() | Flags() | Own() | Borrow():
            pass
        case List(element, _):
            yield element
        case Map(key, value):
            yield from (key, value)
        case Tuple(items):
            yield from items
        case Option(some):
            yield some
        case Result(ok, error):
            yield from (part for part in (ok, error) if part is not None)
        case Record(_, fields):
            yield from (field for _, field in fields)
        case Variant(_, cases):
            yield from (payload for _, payload in cases if payload is not None)


def definitions(ty: Type) -> list[Definition]:
    """Every definition that a type needs, each once, after those that it needs itself."""
    found: dict[Definition, None] = {}

    def visit(ty: Type) -> None:
        for part in parts(ty):
            visit(part)
        if isinstance(ty, Record | Variant | Enumeration | Flags):
            found[ty] = None

    visit(ty)
    return list(found)


def contains(ty: Type, kinds: type | tuple[type, ...]) -> bool:
    """Whether a type, or a part of it at any depth, is of one of these kinds."""
    return isinstance(ty, kinds) or any(contains(part, kinds) for part in parts(ty))


def text(ty: Type) -> str:
    """A type as WIT writes it where it is used."""
    match ty:
        case Primitive():
            return ty.value
        case List(element, None):
            return f"list<{text(element)}>"
        case List(element, length):
            return f"list<{text(element)}, {length}>"
        case Map(key, value):
            return f"map<{text(key)}, {text(value)}>"
        case Tuple(items):
            return f"tuple<{', '.join(map(text, items))}>"
        case Option(some):
            return f"option<{text(some)}>"
        case Result(None, None):
            return "result"
        case Result(ok, None):
            return f"result<{text(ok)}>"  # type: ignore[arg-type]  # The row above took the case of two missing parts.
        case Result(ok, error):
            return f"result<{'_' if ok is None else text(ok)}, {'_' if error is None else text(error)}>"
        case Record() | Variant() | Enumeration() | Flags():
            return ty.name
        case Own(resource):
            return f"own<{resource}>"
        case Borrow(resource):
            return f"borrow<{resource}>"


def declaration(ty: Definition) -> str:
    """A definition as WIT declares it, on one line."""
    match ty:
        case Record(name, fields):
            inner = ", ".join(f"{label}: {text(field)}" for label, field in fields)
            return f"record {name} {{ {inner} }}"
        case Variant(name, cases):
            inner = ", ".join(label if payload is None else f"{label}({text(payload)})" for label, payload in cases)
            return f"variant {name} {{ {inner} }}"
        case Enumeration(name, labels):
            return f"enum {name} {{ {', '.join(labels)} }}"
        case Flags(name, labels):
            return f"flags {name} {{ {', '.join(labels)} }}"
