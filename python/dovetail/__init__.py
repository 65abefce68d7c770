"""Dovetail: WebAssembly components as typed Python packages, and the engine that runs them.

Importing this loads the native engine and nothing else: what is written in Python comes when it is first asked for.
"""

from ._engine import (
    Caller,
    Engine,
    ExnRef,
    Func,
    Global,
    Instance,
    Linker,
    Memory,
    Module,
    NumberBuffer,
    Store,
    Table,
    Tag,
    wat2wasm,
)

TYPE_CHECKING = False  # As in `typing`, whose import would take longer than everything here.
if TYPE_CHECKING:
    from typing_extensions import deprecated

    from ._aio import AsyncResource, AsyncWorld
    from ._config import Config
    from ._errors import CompileError, DovetailError, EngineBug, ExitTrap, Frame, LinkError, TimeoutTrap, Trap, TrapCode
    from ._instance import InstanceExports
    from ._types import ExportType, FuncType, GlobalType, ImportType, Limits, MemoryType, TableType, TagType, ValType
    from ._values import Buffer, Err, MaybeAwaitable, Ok, Resource, Result, Some, as_import
    from ._wasi import DirPerms, FilePerms, WasiConfig

__all__ = [
    "AsyncResource",
    "AsyncWorld",
    "Buffer",
    "Caller",
    "CompileError",
    "Config",
    "DirPerms",
    "DovetailError",
    "Engine",
    "EngineBug",
    "Err",
    "ExitTrap",
    "ExnRef",
    "ExportType",
    "FilePerms",
    "Frame",
    "Func",
    "FuncType",
    "Global",
    "GlobalType",
    "ImportType",
    "Instance",
    "InstanceExports",
    "Limits",
    "LinkError",
    "Linker",
    "MaybeAwaitable",
    "Memory",
    "MemoryType",
    "Module",
    "NumberBuffer",
    "Ok",
    "Resource",
    "Result",
    "Some",
    "Store",
    "Table",
    "TableType",
    "Tag",
    "TagType",
    "TimeoutTrap",
    "Trap",
    "TrapCode",
    "ValType",
    "WasiConfig",
    "as_import",
    "deprecated",
    "wat2wasm",
]

_HOMES = {
    "AsyncResource": "_aio",
    "AsyncWorld": "_aio",
    "Buffer": "_values",
    "CompileError": "_errors",
    "Config": "_config",
    "DirPerms": "_wasi",
    "DovetailError": "_errors",
    "EngineBug": "_errors",
    "Err": "_values",
    "ExitTrap": "_errors",
    "ExportType": "_types",
    "FilePerms": "_wasi",
    "Frame": "_errors",
    "FuncType": "_types",
    "GlobalType": "_types",
    "ImportType": "_types",
    "InstanceExports": "_instance",
    "Limits": "_types",
    "LinkError": "_errors",
    "MaybeAwaitable": "_values",
    "MemoryType": "_types",
    "Ok": "_values",
    "Resource": "_values",
    "Result": "_values",
    "Some": "_values",
    "TableType": "_types",
    "TagType": "_types",
    "TimeoutTrap": "_errors",
    "Trap": "_errors",
    "TrapCode": "_errors",
    "ValType": "_types",
    "WasiConfig": "_wasi",
    "as_import": "_values",
    "deprecated": "_deprecated",
}
"""The modules of the names that are not the engine's."""


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value: object = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
