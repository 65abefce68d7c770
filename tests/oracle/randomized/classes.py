"""Between the oracle's values and those of a generated package, by nothing but the documented names and types.

What comes back from the engine is taken apart strictly: a `bool` is no `int`, a `list` is no `tuple`, and a class is the
package's own. `result` as a whole is treated apart, because functions return and raise it.
"""

from __future__ import annotations

import enum
import keyword
import struct
from collections.abc import Callable
from types import ModuleType
from typing import Any, cast

from canonical.value import CANONICAL_NAN_64, Case, Value, same
from canonical.wit import (
    Borrow,
    Definition,
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
from dovetail import Err, Ok, Some

from .component import Probe


class Wrong(AssertionError):
    """A value of the engine is not what its type promises."""


def snake(name: str) -> str:
    """A field; `self` is the constructor's own."""
    return "self_" if name == "self" else _escaped(name.replace("-", "_"))


def camel(name: str) -> str:
    """A class."""
    return _escaped("".join(word.capitalize() for word in name.split("-")))


def shouty(name: str) -> str:
    """A member of an enum or of flags."""
    return _escaped(name.replace("-", "_").upper())


def _escaped(name: str) -> str:
    return f"{name}_" if keyword.iskeyword(name) else name


class Classes:
    """The classes of one type's definitions in a package, and the objects of its resource."""

    def __init__(self, package: ModuleType, probe: Probe, objects: Objects) -> None:
        self.package = package
        self.probe = probe
        self.objects = objects

    def named(self, definition: Definition, case: str | None = None) -> Any:
        """The class of a definition, or of one case of a variant."""
        name = camel(self.probe.name(definition))
        return getattr(self.package, name if case is None else f"{name}_{camel(case)}")

    def to_python(self, ty: Type, value: Value) -> Any:
        """The object that a user would pass."""
        match ty:
            case Primitive():
                return value
            case List(element, _):
                items = [self.to_python(element, item) for item in cast("list[Value]", value)]
                return bytes(items) if element is Primitive.U8 else items
            case Map(key, payload):
                pairs = cast("list[tuple[Value, Value]]", value)
                return {self.to_python(key, a): self.to_python(payload, b) for a, b in pairs}
            case Tuple(parts):
                items = [self.to_python(part, item) for part, item in zip(parts, _parts(value), strict=True)]
                return tuple(items)
            case Option(some):
                if _case(value).number == 0:
                    return None
                inner = self.to_python(some, _payload(value))
                return Some(inner) if isinstance(some, Option) else inner
            case Result(ok, error):
                number = _case(value).number
                part = error if number else ok
                inner = None if part is None else self.to_python(part, _payload(value))
                return Err(inner) if number else Ok(inner)
            case Record(_, fields):
                members = zip(fields, _parts(value), strict=True)
                return self.named(ty)(**{snake(name): self.to_python(field, item) for (name, field), item in members})
            case Variant(_, cases):
                name, part = cases[_case(value).number]
                made = self.named(ty, name)
                return made() if part is None else made(self.to_python(part, _payload(value)))
            case Enumeration(_, labels):
                return self.named(ty)[shouty(labels[_case(value).number])]
            case Flags():
                return self.named(ty)(value)
            case Own() | Borrow():
                return self.objects.by_number[cast("int", value)]

    def from_python(self, ty: Type, found: Any) -> Value:
        """The value of an object that the engine made."""
        match ty:
            case Primitive.F32 | Primitive.F64:
                number = cast("float", _exactly(float, found))
                if number != number and struct.pack("<d", number) != CANONICAL_NAN_64.to_bytes(8, "little"):
                    raise Wrong("a float is not a number, and not the canonical one")
                return number
            case Primitive():
                return cast("Value", _exactly(_PRIMITIVES[ty], found))
            case List(element, length):
                _exactly(bytes if element is Primitive.U8 else list, found)
                if length not in (None, len(found)):
                    raise Wrong(f"{len(found)} elements instead of {length}")
                return [self.from_python(element, item) for item in found]
            case Map(key, payload):
                items = _exactly(dict, found).items()
                return [(self.from_python(key, a), self.from_python(payload, b)) for a, b in items]
            case Tuple(parts):
                return tuple(
                    self.from_python(part, item) for part, item in zip(parts, _exactly(tuple, found), strict=True)
                )
            case Option(some):
                if found is None:
                    return Case(0)
                inner = _exactly(Some, found).value if isinstance(some, Option) else found
                return Case(1, self.from_python(some, inner))
            case Result(ok, error):
                if type(found) is Ok:
                    return _side(0, ok, found.value, self.from_python)
                return _side(1, error, _exactly(Err, found).value, self.from_python)
            case Record(_, fields):
                _exactly(self.named(ty), found)
                return tuple(self.from_python(field, getattr(found, snake(name))) for name, field in fields)
            case Variant(_, cases):
                for number, (name, part) in enumerate(cases):
                    if type(found) is self.named(ty, name):
                        return Case(number) if part is None else Case(number, self.from_python(part, found.value))
                raise Wrong(f"{found!r} is no case of {ty.name}")
            case Enumeration(_, labels):
                names = [shouty(label) for label in labels]
                return Case(names.index(cast("enum.Enum", _exactly(self.named(ty), found)).name))
            case Flags():
                return int(_exactly(self.named(ty), found).value)
            case Own() | Borrow():
                number = int(_exactly(Thing, found).number)
                if self.objects.by_number.get(number) is not found:
                    raise Wrong("an object came back as another")
                return number

    def alike(self, ty: Type, expected: Value, found: Value) -> bool:
        """Whether a value is what is expected. A map keeps the last of two entries with one key, as a `dict` does."""
        return same(self.from_python(ty, self.to_python(ty, expected)), found)

    def outcome(self, call: Callable[[], Any]) -> Value:
        """The value of what an export returns, or raises where it is a result."""
        ty = self.probe.ty
        if not isinstance(ty, Result):
            return self.from_python(ty, call())
        try:
            returned = call()
        except Err as error:
            return _side(1, ty.error, error.value, self.from_python)
        return _side(0, ty.ok, returned, self.from_python)

    def answer(self, value: Value) -> Any:
        """Returns what a host function returns, or raises it where it is an error."""
        if not isinstance(self.probe.ty, Result):
            return self.to_python(self.probe.ty, value)
        whole = self.to_python(self.probe.ty, value)
        if isinstance(whole, Err):
            raise whole
        return whole.value


class Thing:
    """The resource, which the host implements."""

    def __init__(self, number: int = -1) -> None:
        self.number = number
        self.dropped = 0

    def drop(self) -> None:
        """Counts what the guest drops."""
        self.dropped += 1


class Objects:
    """The resource's objects, by the representation that the oracle knows them by."""

    def __init__(self) -> None:
        self.by_number: dict[int, Thing] = {}

    def new(self) -> int:
        """The number of another object."""
        number = len(self.by_number)
        self.by_number[number] = Thing(number)
        return number


_PRIMITIVES: dict[Primitive, type] = {
    **dict.fromkeys(Primitive, int),
    Primitive.BOOL: bool,
    Primitive.F32: float,
    Primitive.F64: float,
    Primitive.CHAR: str,
    Primitive.STRING: str,
}


def _exactly(kind: type, found: Any) -> Any:
    if type(found) is not kind:
        raise Wrong(f"expected {kind.__name__}, found {found!r}")
    return found


def _side(number: int, ty: Type | None, found: Any, convert: Callable[[Type, Any], Value]) -> Case:
    if ty is None:
        if found is not None:
            raise Wrong(f"expected None, found {found!r}")
        return Case(number)
    return Case(number, convert(ty, found))


def _parts(value: Value) -> tuple[Value, ...]:
    assert isinstance(value, tuple), value
    return cast("tuple[Value, ...]", value)


def _case(value: Value) -> Case:
    assert isinstance(value, Case), value
    return value


def _payload(value: Value) -> Value:
    payload = _case(value).payload
    assert payload is not None, value
    return payload
