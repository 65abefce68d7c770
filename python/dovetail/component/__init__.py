"""Components: what generated packages call when their world's class is made, and components without a generated package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._engine import bind

if TYPE_CHECKING:
    from .._aio import bind_async
    from .._engine import _Resource as ResourceAny
    from .._submodules import submodules
    from ._component import Component, ExportIndex
    from ._instance import Func, Instance
    from ._linker import InstancePre, Linker, LinkerInstance
    from ._resource_type import ResourceType
    from ._types import (
        F32,
        F64,
        S8,
        S16,
        S32,
        S64,
        U8,
        U16,
        U32,
        U64,
        Bool,
        BorrowType,
        Char,
        ComponentInstanceType,
        ComponentItem,
        ComponentType,
        EnumType,
        FixedLengthListType,
        FlagsType,
        FuncType,
        ListType,
        MapType,
        ModuleType,
        OptionType,
        OwnType,
        RecordType,
        ResultType,
        String,
        TupleType,
        ValType,
        VariantType,
    )

__all__ = [
    "Bool",
    "BorrowType",
    "Char",
    "Component",
    "ComponentInstanceType",
    "ComponentItem",
    "ComponentType",
    "EnumType",
    "ExportIndex",
    "F32",
    "F64",
    "FixedLengthListType",
    "FlagsType",
    "Func",
    "FuncType",
    "Instance",
    "InstancePre",
    "Linker",
    "LinkerInstance",
    "ListType",
    "MapType",
    "ModuleType",
    "OptionType",
    "OwnType",
    "RecordType",
    "ResourceAny",
    "ResourceType",
    "ResultType",
    "S16",
    "S32",
    "S64",
    "S8",
    "String",
    "TupleType",
    "U16",
    "U32",
    "U64",
    "U8",
    "ValType",
    "VariantType",
    "bind",
    "bind_async",
    "submodules",
]

# A generated package needs `bind` alone, and its import should cost no more than that.
_HOMES = {
    "Component": "_component",
    "ExportIndex": "_component",
    "Func": "_instance",
    "Instance": "_instance",
    "InstancePre": "_linker",
    "Linker": "_linker",
    "LinkerInstance": "_linker",
    "ResourceType": "_resource_type",
}


def __getattr__(name: str) -> object:
    if name == "ResourceAny":
        from .._engine import _Resource

        value: object = _Resource
    elif name == "bind_async":
        from .._aio import bind_async

        value = bind_async
    elif name == "submodules":
        from .._submodules import submodules

        value = submodules
    elif name in __all__:
        import importlib

        value = getattr(importlib.import_module(f"{__name__}.{_HOMES.get(name, '_types')}"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
