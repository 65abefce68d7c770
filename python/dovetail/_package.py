"""Finds the files of a generated package, whether on disk or in the memory of `dovetail.loader`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping

from ._errors import LinkError

Files = tuple[str, str, Callable[[str], bytes]]


def locate(package: str, /) -> Files:
    """Where the plan of an imported package is: a key that changes with the contents, the plan's name, and a reader."""
    module = sys.modules[package]
    loader = getattr(module, "__loader__", None)
    held: Callable[[str], Mapping[str, bytes] | None] | None = getattr(loader, "dovetail_files", None)
    files = held(package) if held is not None else None
    if files is not None:
        return _held(package, files)
    for directory in getattr(module, "__path__", ()):
        if os.path.isdir(directory):
            return _on_disk(package, directory)
    raise FileNotFoundError(f"`{package}` is not a package with files")


def _on_disk(package: str, directory: str) -> Files:
    name = _plan_name(package, os.listdir(directory))
    status = os.stat(os.path.join(directory, name))
    key = f"{os.path.abspath(directory)}/{name}:{status.st_mtime_ns}:{status.st_size}:{status.st_ino}"

    def read(relative: str) -> bytes:
        with open(os.path.join(directory, relative), "rb") as file:
            return file.read()

    return key, name, read


def _held(package: str, files: Mapping[str, bytes]) -> Files:
    name = _plan_name(package, files)
    return f"memory:{package}:{id(files)}:{hash(files[name])}", name, files.__getitem__


def _plan_name(package: str, names: Iterable[str]) -> str:
    plans = [name for name in names if name.endswith(".plan.json") and "/" not in name]
    if not plans:
        world = (sys.modules[package].__doc__ or "its world").partition("\n")[0]
        raise LinkError(
            f"`{package}` has no `*.plan.json` beside `__init__.py`, as when it was generated from WIT alone: "
            f"to run it, generate it from a component of {world[:1].lower()}{world[1:]}"
        )
    if len(plans) != 1:
        raise FileNotFoundError(f"`{package}`: expected one `*.plan.json` beside `__init__.py`, found {len(plans)}")
    return plans[0]
