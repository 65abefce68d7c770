"""An import hook: after `import dovetail.loader`, `import app` finds `app.wasm` or `app.wat` on `sys.path`.

A component becomes the package that `dovetail.bindgen` would write, generated in memory and kept in the cache. A core
module becomes a module with its exports as attributes; what it imports comes from the Python modules of those names.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from . import DovetailError, Func, FuncType, Instance, Module, Store, wat2wasm
from . import Global as _Global
from . import Memory as _Memory
from . import Table as _Table
from . import Tag as _Tag
from ._held import Look, PackageLoader, generated

if TYPE_CHECKING:
    from .bindgen import Mode, NumberLists, Results

__all__ = ["install", "uninstall"]

_COMPONENT_HEADER = b"\0asm\x0d\x00\x01\x00"


class WasmFinder:
    """Finds `.wasm` and `.wat` files where Python finds modules; ordinary Python modules come first."""

    def __init__(self) -> None:
        self.look = Look()
        self._packages: dict[str, PackageLoader] = {}
        self._store: Store | None = None

    def store(self) -> Store:
        """The store that all imported core modules share, so that they can be linked with each other."""
        if self._store is None:
            self._store = Store()
        return self._store

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: object = None) -> ModuleSpec | None:
        """Part of the import protocol."""
        parts = fullname.split(".")
        for count in range(len(parts) - 1, 0, -1):
            package = self._packages.get(".".join(parts[:count]))
            if package is not None:
                return package.spec(fullname)
        for directory in sys.path if path is None else path:
            for extension in (".wasm", ".wat"):
                file = Path(directory or os.getcwd(), parts[-1] + extension)
                if file.is_file():
                    return self._spec_of_file(fullname, file)
        return None

    def _spec_of_file(self, fullname: str, file: Path) -> ModuleSpec | None:
        try:
            binary = file.read_bytes()
            if file.suffix == ".wat":
                binary = wat2wasm(binary)
            if not binary.startswith(_COMPONENT_HEADER):
                return ModuleSpec(fullname, CoreModuleLoader(self, file, binary), origin=str(file))
            loader = PackageLoader(fullname, file, generated(fullname.rpartition(".")[2], binary, self.look))
        except DovetailError as error:
            raise ImportError(f"`{file}`: {error}", name=fullname, path=str(file)) from error
        self._packages[fullname] = loader
        return loader.spec(fullname)


class CoreModuleLoader(Loader):
    """Imports one core module."""

    def __init__(self, finder: WasmFinder, file: Path, binary: bytes) -> None:
        self._finder = finder
        self._file = file
        self._binary = binary

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Part of the import protocol."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Part of the import protocol."""
        store = self._finder.store()
        try:
            compiled = Module(store.engine, self._binary)
            imports = [
                self._resolve(module.__name__, entry.module, entry.name, entry.type) for entry in compiled.imports
            ]
            instance = Instance(store, compiled, imports)
        except DovetailError as error:
            raise ImportError(f"`{self._file}`: {error}", name=module.__name__, path=str(self._file)) from error
        for name, item in instance.exports(store).items():
            setattr(module, name, ExportedFunction(store, item, name) if isinstance(item, Func) else item)

    def _resolve(self, importer: str, module: str, name: str, type: object) -> Func | _Global | _Memory | _Table | _Tag:
        if module.startswith("wasi"):
            raise ImportError(
                f"`{self._file}` imports `{module}`, which the loader does not supply: "
                "use a component, or `dovetail.Linker`",
                name=importer,
                path=str(self._file),
            )
        item: object = getattr(importlib.import_module(module), name, None)
        if isinstance(item, ExportedFunction):
            return item.func
        if isinstance(item, (Func, _Global, _Memory, _Table, _Tag)):
            return item
        if callable(item) and isinstance(type, FuncType):
            return Func(self._finder.store(), type, item)
        raise ImportError(f"`{self._file}` imports `{name}` of `{module}`, which has none that fits", name=importer)


class ExportedFunction:
    """A function of an imported core module, called without a store."""

    def __init__(self, store: Store, func: Func, name: str) -> None:
        self.func = func
        self.__name__ = name
        self._store = store

    def __call__(self, *arguments: Any) -> Any:
        """Calls the function."""
        return self.func(self._store, *arguments)


_finder = WasmFinder()
_register: Callable[[Any], None] = sys.meta_path.append


def install(*, mode: Mode = "sync", number_lists: NumberLists = "list", results: Results = "raise") -> None:
    """Turns the hook on; importing this module does it, with packages as they look by default.

    The options are those of `dovetail.bindgen.generate`, for all components that are imported from then on.
    """
    _finder.look = Look.chosen(mode, number_lists, results)
    if _finder not in sys.meta_path:
        _register(_finder)


def uninstall() -> None:
    """Turns the hook off; what was imported stays."""
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)


install()
