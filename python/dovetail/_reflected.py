"""The packages that components without a generated one get at run time: modules below this one, held in memory.

Each is what `dovetail.bindgen` would write for the component. It belongs to the engine that the component was compiled for,
and goes with it.
"""

from __future__ import annotations

import importlib
import itertools
import sys
import threading
import weakref
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from ._engine import Engine
from ._errors import LinkError
from ._held import PackageLoader

__path__: list[str] = []  # What makes `dovetail._reflected.app_1` importable.

_loaders: dict[str, PackageLoader] = {}
_modules: weakref.WeakKeyDictionary[Engine, dict[tuple[str, str], ModuleType]] = weakref.WeakKeyDictionary()
_numbers = itertools.count(1)
_lock = threading.RLock()


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
        loader = _loaders.get(".".join(fullname.split(".")[:3]))
        return loader.spec(fullname) if loader is not None else None


def imported(engine: Engine, name: str, digest: str, files: dict[str, bytes]) -> ModuleType:
    """The package made of `files`, which is imported once for each engine and content."""
    with _lock:
        kept = _modules.get(engine)
        if kept is None:
            kept = _modules[engine] = {}
            weakref.finalize(engine, _forget, kept)
        module = kept.get((name, digest))
        if module is None:
            module = kept[name, digest] = _import(name, files)
        return module


def _import(name: str, files: dict[str, bytes]) -> ModuleType:
    finders: list[Any] = sys.meta_path
    if _finder not in finders:
        finders.append(_finder)
    fullname = f"{__name__}.{name}_{next(_numbers)}"
    _loaders[fullname] = PackageLoader(fullname, Path(f"<{fullname}>"), _Files(files))
    return importlib.import_module(fullname)


def _forget(modules: dict[tuple[str, str], ModuleType]) -> None:
    for module in modules.values():
        name = module.__name__
        _loaders.pop(name, None)
        globals().pop(name.rpartition(".")[2], None)
        for known in [known for known in sys.modules if known == name or known.startswith(f"{name}.")]:
            del sys.modules[known]


_finder = _Finder()
