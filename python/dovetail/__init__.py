"""Dovetail: WebAssembly components as typed Python packages, and the engine that runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._config import Config
from ._engine import Caller, Engine, ExnRef, Func, Global, Instance, Linker, Memory, Module, Store, Table, Tag, wat2wasm
from ._errors import CompileError, DovetailError, EngineBug, ExitTrap, Frame, LinkError, Trap, TrapCode
from ._instance import InstanceExports
from ._types import ExportType, FuncType, GlobalType, ImportType, Limits, MemoryType, TableType, TagType, ValType
from ._values import Buffer, Err, MaybeAwaitable, Ok, Resource, Result, Some, as_import
from ._wasi import DirPerms, FilePerms, WasiConfig

if TYPE_CHECKING:
    from typing_extensions import deprecated
else:
    from ._deprecated import deprecated

__all__ = [
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
    "Ok",
    "Resource",
    "Result",
    "Some",
    "Store",
    "Table",
    "TableType",
    "Tag",
    "TagType",
    "Trap",
    "TrapCode",
    "ValType",
    "WasiConfig",
    "as_import",
    "deprecated",
    "wat2wasm",
]
