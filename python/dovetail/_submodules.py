"""Modules of a generated package that are loaded when they are first used: those of the engine's own WASI."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import ModuleType


def submodules(package: str, /) -> Callable[[str], ModuleType]:
    """The `__getattr__` of a package that loads the modules in it when they are first looked up."""

    def load(name: str) -> ModuleType:
        path = f"{package}.{name}"
        if not name.startswith("_"):
            try:
                return import_module(path)
            except ModuleNotFoundError as error:
                if error.name != path:
                    raise
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return load
