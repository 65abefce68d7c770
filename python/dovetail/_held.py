"""Generated packages that are held in memory: made of a component once, kept in the cache, imported without a folder."""

from __future__ import annotations

import hashlib
import marshal
import os
from collections.abc import Collection, Mapping
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, NamedTuple

from ._config import Config

if TYPE_CHECKING:
    from importlib.abc import Loader

    from .bindgen import Mode, NumberLists, Results
else:
    Loader = object  # What the import protocol asks for is there; the class itself would import much else.


class PackageLoader(Loader):
    """Imports the modules of one package from memory."""

    def __init__(self, package: str, origin: Path, files: Mapping[str, bytes]) -> None:
        self._package = package
        self._origin = origin
        self._files = files

    def dovetail_files(self, package: str) -> Mapping[str, bytes] | None:
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


class Look(NamedTuple):
    """How a package looks that is made at run time: options of `dovetail.bindgen.generate`."""

    mode: Mode = "sync"
    number_lists: NumberLists = "list"
    results: Results = "raise"

    @classmethod
    def chosen(cls, mode: Mode, number_lists: NumberLists, results: Results) -> Look:
        """What a program chose, which may be anything."""
        check_choice("mode", mode, ("sync", "async", "both"))
        check_choice("number_lists", number_lists, ("list", "buffer"))
        check_choice("results", results, ("raise", "values"))
        return cls(mode, number_lists, results)


def check_choice(option: str, choice: str, choices: Collection[str]) -> None:
    """Refuses what is none of the choices of an option."""
    if choice not in choices:
        *others, last = (repr(known) for known in choices)
        raise ValueError(f"`{option}` is {choice!r}: expected {', '.join(others)} or {last}")


def content_key(name: str | None, digest: str, look: Look) -> str:
    """What stands for the package of this name and look of the component with this SHA-256, in any process."""
    return hashlib.sha256(":".join([digest, str(name), *look]).encode()).hexdigest()[:32]


def generated(name: str | None, binary: bytes, look: Look, *, modules: bool = True) -> dict[str, bytes]:
    """The files of the package of a component, from the cache or made now; on demand without the core modules."""

    def make() -> dict[str, bytes]:
        from . import bindgen

        files = bindgen.generate(binary, name=name, **look._asdict()).files
        return files if modules else {path: files[path] for path in files if not path.endswith(".wasm")}

    path = _place(content_key(name, hashlib.sha256(binary).hexdigest(), look), modules)
    if path is None:
        return make()
    files = _cached(path)
    if files is None:
        files = make()
        from ._files import write_file

        contents = marshal.dumps(files)
        try:
            for folder in (path.parents[1], path.parent):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # What others may write is not read.
            write_file(path, hashlib.sha256(contents).digest() + contents, mode=0o600)
        except OSError:
            pass  # A cache that cannot be written only costs time.
    return files


def found(key: str) -> dict[str, bytes] | None:
    """The files of a package without its core modules, if the cache has them."""
    path = _place(key, False)
    return None if path is None else _cached(path)


def _place(key: str, modules: bool) -> Path | None:
    directory = Config().cache_directory()
    if directory is None:
        return None
    identity = hashlib.sha256(f"{key}:{modules}:{_generator_version()}:{marshal.version}".encode())
    return Path(directory, "packages", identity.hexdigest())


def _cached(path: Path) -> dict[str, bytes] | None:
    try:
        with path.open("rb") as file:
            if not _is_ours(os.stat(path.parent)) or not _is_ours(os.fstat(file.fileno())):
                return None
            contents = file.read()
    except OSError:
        return None
    try:
        os.utime(path)  # The engine, which prunes the cache, goes by the time of the last change.
    except OSError:
        pass
    if hashlib.sha256(contents[32:]).digest() != contents[:32]:
        return None
    files: dict[str, bytes] = marshal.loads(contents[32:])
    return files


def _is_ours(status: os.stat_result) -> bool:
    """Whether only we (or root) could have written it: what is in the cache is run."""
    return status.st_uid in (os.geteuid(), 0) and not status.st_mode & 0o022


def _generator_version() -> str:
    """Changes whenever the generator does."""
    folder = Path(__file__).parent / "bindgen" / "_generated"
    return ",".join(
        f"{file.name}:{file.stat().st_mtime_ns}:{file.stat().st_size}" for file in sorted(folder.glob("*.json"))
    )
