"""An import hook: after `import dovetail.loader`, `import app` finds `app.wasm` or `app.wat` on `sys.path`.

A component becomes the package that `dovetail.bindgen` would write, generated in memory and kept in the cache. A core
module becomes a module with its exports as attributes; what it imports comes from the Python modules of those names.
"""

from __future__ import annotations

import hashlib
import importlib
import marshal
import os
import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from . import Config, DovetailError, Func, FuncType, Instance, Module, Store, wat2wasm
from . import Global as _Global
from . import Memory as _Memory
from . import Table as _Table
from . import Tag as _Tag
from ._files import write_file

__all__ = ["install", "uninstall"]

_COMPONENT_HEADER = b"\0asm\x0d\x00\x01\x00"


class WasmFinder:
    """Finds `.wasm` and `.wat` files where Python finds modules; ordinary Python modules come first."""

    def __init__(self) -> None:
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
            loader = PackageLoader(fullname, file, _generated(fullname.rpartition(".")[2], binary))
        except DovetailError as error:
            raise ImportError(f"`{file}`: {error}", name=fullname, path=str(file)) from error
        self._packages[fullname] = loader
        return loader.spec(fullname)


class PackageLoader(Loader):
    """Imports the modules of one package from memory."""

    def __init__(self, package: str, origin: Path, files: dict[str, bytes]) -> None:
        self._package = package
        self._origin = origin
        self._files = files

    def dovetail_files(self, package: str) -> dict[str, bytes] | None:
        """The files of the package, for `dovetail.component.bind`."""
        return self._files if package == self._package else None

    def spec(self, fullname: str) -> ModuleSpec | None:
        """The spec of the package itself or of a module in it."""
        name = self._name(fullname)
        if name is None:
            return None
        is_package = name.endswith("__init__.py")
        location = self._origin / name
        spec = ModuleSpec(fullname, self, origin=str(location), is_package=is_package)
        spec.has_location = True
        if is_package:
            spec.submodule_search_locations = [str(location.parent)]
        return spec

    def _name(self, fullname: str) -> str | None:
        base = fullname[len(self._package) + 1 :].replace(".", "/")
        for name in (f"{base}/__init__.py".lstrip("/"), f"{base}.py"):
            if name in self._files:
                return name
        return None

    def is_package(self, fullname: str) -> bool:
        """Part of the import protocol."""
        return (self._name(fullname) or "").endswith("__init__.py")

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Part of the import protocol."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Part of the import protocol."""
        exec(self.get_code(module.__name__), module.__dict__)  # noqa: S102 (what an import does)

    def get_code(self, fullname: str) -> CodeType:
        """Part of the import protocol."""
        code: CodeType = compile(
            self.get_source(fullname), str(self._origin / (self._name(fullname) or "")), "exec", dont_inherit=True
        )
        return code

    def get_source(self, fullname: str) -> str:
        """Part of the import protocol: tracebacks and `inspect` show the source with it."""
        name = self._name(fullname)
        if name is None:
            raise ImportError(f"no module named {fullname!r}", name=fullname)
        return self._files[name].decode()

    def get_data(self, path: str) -> bytes:
        """Part of the import protocol: any file of the package, by the path that it seems to have."""
        try:
            return self._files[Path(path).relative_to(self._origin).as_posix()]
        except (KeyError, ValueError):
            raise FileNotFoundError(2, "no such file", path) from None


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


def _generated(name: str, binary: bytes) -> dict[str, bytes]:
    """The files of the package, from the cache or made now."""
    from . import bindgen

    directory = Config().cache_directory()
    if directory is None:
        return bindgen.generate(binary, name=name).files
    identity = hashlib.sha256(binary)
    identity.update(f"{name}:{_generator_version()}:{marshal.version}".encode())
    path = Path(directory, "packages", identity.hexdigest())
    files = _cached(path)
    if files is None:
        files = bindgen.generate(binary, name=name).files
        contents = marshal.dumps(files)
        try:
            write_file(path, hashlib.sha256(contents).digest() + contents)
        except OSError:
            pass  # A cache that cannot be written only costs time.
    return files


def _cached(path: Path) -> dict[str, bytes] | None:
    try:
        contents = path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(contents[32:]).digest() != contents[:32]:
        return None
    files: dict[str, bytes] = marshal.loads(contents[32:])
    return files


def _generator_version() -> str:
    """Changes whenever the generator does."""
    from . import bindgen

    folder = Path(bindgen.__file__).parent / "_generated"
    return ",".join(
        f"{file.name}:{file.stat().st_mtime_ns}:{file.stat().st_size}" for file in sorted(folder.glob("*.json"))
    )


_finder = WasmFinder()
_register: Callable[[Any], None] = sys.meta_path.append


def install() -> None:
    """Turns the hook on; importing this module does it."""
    if _finder not in sys.meta_path:
        _register(_finder)


def uninstall() -> None:
    """Turns the hook off; what was imported stays."""
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)


install()
