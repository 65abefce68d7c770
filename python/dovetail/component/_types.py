"""The types of components, their items and their values, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from .. import _types
from .._engine import Engine
from ._resource_type import ResourceType


@dataclass(frozen=True)
class Bool:
    """`bool`"""


@dataclass(frozen=True)
class S8:
    """`s8`"""


@dataclass(frozen=True)
class U8:
    """`u8`"""


@dataclass(frozen=True)
class S16:
    """`s16`"""


@dataclass(frozen=True)
class U16:
    """`u16`"""


@dataclass(frozen=True)
class S32:
    """`s32`"""


@dataclass(frozen=True)
class U32:
    """`u32`"""


@dataclass(frozen=True)
class S64:
    """`s64`"""


@dataclass(frozen=True)
class U64:
    """`u64`"""


@dataclass(frozen=True)
class F32:
    """`f32`"""


@dataclass(frozen=True)
class F64:
    """`f64`"""


@dataclass(frozen=True)
class Char:
    """`char`"""


@dataclass(frozen=True)
class String:
    """`string`"""


@dataclass(frozen=True)
class ListType:
    """`list<T>`"""

    element: ValType


@dataclass(frozen=True)
class FixedLengthListType:
    """`list<T, N>`"""

    element: ValType
    length: int


@dataclass(frozen=True)
class MapType:
    """`map<K, V>`"""

    key: ValType
    value: ValType


@dataclass(frozen=True)
class RecordType:
    """`record`: the fields' names, as WIT has them, and types."""

    fields: Sequence[tuple[str, ValType]]


@dataclass(frozen=True)
class TupleType:
    """`tuple<...>`"""

    elements: Sequence[ValType]


@dataclass(frozen=True)
class VariantType:
    """`variant`: the cases' names and payloads."""

    cases: Sequence[tuple[str, ValType | None]]


@dataclass(frozen=True)
class EnumType:
    """`enum`"""

    names: Sequence[str]


@dataclass(frozen=True)
class FlagsType:
    """`flags`"""

    names: Sequence[str]


@dataclass(frozen=True)
class OptionType:
    """`option<T>`"""

    payload: ValType


@dataclass(frozen=True)
class ResultType:
    """`result<T, E>`"""

    ok: ValType | None
    err: ValType | None


@dataclass(frozen=True)
class OwnType:
    """`own<R>`"""

    ty: ResourceType


@dataclass(frozen=True)
class BorrowType:
    """`borrow<R>`"""

    ty: ResourceType


ValType: TypeAlias = (
    Bool
    | S8
    | U8
    | S16
    | U16
    | S32
    | U32
    | S64
    | U64
    | F32
    | F64
    | Char
    | String
    | ListType
    | FixedLengthListType
    | MapType
    | RecordType
    | TupleType
    | VariantType
    | EnumType
    | FlagsType
    | OptionType
    | ResultType
    | OwnType
    | BorrowType
)
"""The type of a value."""


@dataclass(frozen=True)
class FuncType:
    """The type of a function."""

    params: Sequence[tuple[str, ValType]]
    result: ValType | None


class ModuleType:
    """The type of a core module."""

    __slots__ = ("_exports", "_imports")

    def __init__(self, imports: Sequence[_types.ImportType], exports: Sequence[_types.ExportType]) -> None:
        self._imports = list(imports)
        self._exports = list(exports)

    def imports(self, engine: Engine | None = None) -> list[_types.ImportType]:
        """What the module imports, in order."""
        return list(self._imports)

    def exports(self, engine: Engine | None = None) -> list[_types.ExportType]:
        """What the module exports, in order."""
        return list(self._exports)


class ComponentInstanceType:
    """The type of an instance."""

    __slots__ = ("_exports",)

    def __init__(self, exports: Mapping[str, ComponentItem]) -> None:
        self._exports = dict(exports)

    def exports(self, engine: Engine | None = None) -> dict[str, ComponentItem]:
        """What the instance has, by name. (Definitions of value types are not listed: nothing stands for them.)"""
        return dict(self._exports)


class ComponentType:
    """The type of a component."""

    __slots__ = ("_exports", "_imports")

    def __init__(self, imports: Mapping[str, ComponentItem], exports: Mapping[str, ComponentItem]) -> None:
        self._imports = dict(imports)
        self._exports = dict(exports)

    def imports(self, engine: Engine | None = None) -> dict[str, ComponentItem]:
        """What the component imports, by name."""
        return dict(self._imports)

    def exports(self, engine: Engine | None = None) -> dict[str, ComponentItem]:
        """What the component exports, by name."""
        return dict(self._exports)


class NestedComponentType:
    """The type of a component that another one imports or exports: the kind of each item, such as `a function`."""

    __slots__ = ("exports", "imports")

    def __init__(self, imports: Mapping[str, str], exports: Mapping[str, str]) -> None:
        self.imports = dict(imports)
        self.exports = dict(exports)


class ValueItemType:
    """The type of a value that a component imports or exports."""

    __slots__ = ("type",)

    def __init__(self, type: ValType) -> None:
        self.type = type


ComponentItem: TypeAlias = (
    ModuleType | ComponentInstanceType | ResourceType | FuncType | NestedComponentType | ValueItemType
)
"""What a component imports or exports under a name."""

_PRIMITIVES: dict[str, ValType] = {
    "bool": Bool(),
    "s8": S8(),
    "u8": U8(),
    "s16": S16(),
    "u16": U16(),
    "s32": S32(),
    "u32": U32(),
    "s64": S64(),
    "u64": U64(),
    "f32": F32(),
    "f64": F64(),
    "char": Char(),
    "string": String(),
}


def component_type(
    owner: object, table: list[tuple[Any, ...]], imports: dict[str, Any], exports: dict[str, Any]
) -> ComponentType:
    """The type objects of what the engine describes in plain data; resource types belong to `owner`."""
    reader = _Reader(owner, table)
    return ComponentType(reader.items(imports), reader.items(exports))


class _Reader:
    """Makes an object of each entry of the table; operands come before what is made of them."""

    def __init__(self, owner: object, table: list[tuple[Any, ...]]) -> None:
        self._owner = owner
        self._types: list[ValType] = []
        for entry in table:
            self._types.append(self._defined(*entry))

    def items(self, items: dict[str, Any]) -> dict[str, ComponentItem]:
        """The items that need something at run time."""
        return {name: made for name, item in items.items() if (made := self._item(*item)) is not None}

    def _item(self, kind: str, *operands: Any) -> ComponentItem | None:
        match kind, operands:
            case "function", (params, result):
                return FuncType(self._named(params), self._optional(result))
            case "instance", (items,):
                return ComponentInstanceType(self.items(items))
            case "resource", (number,):
                return self._resource(number)
            case "module", (imports, exports):
                return ModuleType(
                    [_types.ImportType(*entry) for entry in imports], [_types.ExportType(*entry) for entry in exports]
                )
            case "component", (imports, exports):
                return NestedComponentType(imports, exports)
            case "value", (ty,):
                return ValueItemType(self._value(ty))
            case "type", ():
                return None
            case _:
                raise AssertionError(kind)

    def _resource(self, number: int) -> ResourceType:
        return ResourceType._make(self._owner, number)

    def _value(self, ty: str | int) -> ValType:
        return _PRIMITIVES[ty] if isinstance(ty, str) else self._types[ty]

    def _optional(self, ty: str | int | None) -> ValType | None:
        return None if ty is None else self._value(ty)

    def _named(self, pairs: Sequence[tuple[str, str | int]]) -> tuple[tuple[str, ValType], ...]:
        return tuple((name, self._value(ty)) for name, ty in pairs)

    def _defined(self, kind: str, *operands: Any) -> ValType:
        match kind, operands:
            case "record", (fields,):
                return RecordType(self._named(fields))
            case "tuple", (elements,):
                return TupleType(tuple(map(self._value, elements)))
            case "variant", (cases,):
                return VariantType(tuple((name, self._optional(ty)) for name, ty in cases))
            case "enum", (names,):
                return EnumType(names)
            case "flags", (names,):
                return FlagsType(names)
            case "option", (payload,):
                return OptionType(self._value(payload))
            case "result", (ok, err):
                return ResultType(self._optional(ok), self._optional(err))
            case "list", (element,):
                return ListType(self._value(element))
            case "fixed-length-list", (element, length):
                return FixedLengthListType(self._value(element), length)
            case "map", (key, value):
                return MapType(self._value(key), self._value(value))
            case "own", (resource,):
                return OwnType(self._resource(resource))
            case "borrow", (resource,):
                return BorrowType(self._resource(resource))
            case _:
                raise AssertionError(kind)
