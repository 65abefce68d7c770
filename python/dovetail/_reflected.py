"""The packages that components without a generated one get at run time: modules below this one, held in memory.

Each is what `dovetail.bindgen` would write for the component. It belongs to the engine that the component was compiled for,
and goes with it. Its name is made of the component's content, so that another process finds the classes of pickled values:
in the component that is loaded there, or else in the cache.
"""

from __future__ import annotations

import importlib
import itertools
import re
import sys
import weakref
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from . import _held
from ._engine import Engine
from ._errors import LinkError
from ._locks import Lock

__path__: list[str] = []  # What makes `dovetail._reflected.app_KEY` importable.

_loaders: dict[str, _held.PackageLoader] = {}
_owners: dict[str, weakref.ref[Engine]] = {}
_found: set[str] = set()
"""The packages that pickled values asked for before any engine did. They stay: the values do not know an engine."""
_lock = Lock()


class _Files(dict[str, bytes]):
    """The files of a package whose core modules are left out: they are compiled already."""

    def __missing__(self, path: str) -> bytes:
        raise LinkError("the component was compiled for another engine than the store's")


class _Finder:
    """Finds the modules of the packages; it knows no others."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: object = None) -> ModuleSpec | None:
        """Part of the import protocol."""
        if not fullname.startswith(f"{__name__}."):
            return None
        package = ".".join(fullname.split(".")[:3])
        loader = _loaders.get(package) or _from_cache(package)
        return loader.spec(fullname)


def imported(engine: Engine, name: str, key: str, files: dict[str, bytes]) -> ModuleType:
    """The package made of `files`, which is imported once for each engine and content, for which `key` stands."""
    with _lock:
        for number in itertools.count(1):
            fullname = f"{__name__}.{name}_{key}" + (f"_{number}" if number > 1 else "")
            owner = _owners.get(fullname)
            if owner is not None and owner() is not engine:
                continue
            if owner is None:
                if fullname not in _loaders:
                    _loaders[fullname] = _loader(fullname, files)
                _owners[fullname] = weakref.ref(engine)
                weakref.finalize(engine, _forget, fullname)
            return importlib.import_module(fullname)
    raise AssertionError("numbers do not end")


def _loader(fullname: str, files: dict[str, bytes]) -> _held.PackageLoader:
    return _held.PackageLoader(fullname, Path(f"<{fullname}>"), _Files(files))


def _from_cache(package: str) -> _held.PackageLoader:
    key = re.search(r"_([0-9a-f]{32})(_[0-9]+)?$", package)
    files = _held.found(key[1]) if key is not None else None
    if files is None:
        raise ModuleNotFoundError(
            f"no module named {package!r}: the component that it was made for is not known here; "
            "load the component first, or use the same cache in both places",
            name=package,
        )
    with _lock:
        _found.add(package)
        return _loaders.setdefault(package, _loader(package, files))


def _forget(name: str) -> None:
    _owners.pop(name, None)
    if name in _found:
        return
    _loaders.pop(name, None)
    globals().pop(name.rpartition(".")[2], None)
    for known in [known for known in sys.modules if known == name or known.startswith(f"{name}.")]:
        del sys.modules[known]


_finders: list[Any] = sys.meta_path
_finders.append(_Finder())
