"""Finds the files of a generated package, whether on disk or in the memory of `dovetail.loader`."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping

from ._errors import LinkError

Files = tuple[str, str, Callable[[str], bytes]]


def locate(package: str, /) -> Files:
    """Where the plan of an imported package is: a key that changes with the contents, the plan's name, and a reader."""
    files = _held_files(package)
    return _on_disk(package, _directory(package)) if files is None else _held(package, files)


def is_held(package: str) -> bool:
    """Whether an imported package was made by `dovetail.loader`, and has no folder of its own."""
    return _held_files(package) is not None


def plan_digest(package: str) -> str:
    """The SHA-256 of the plan, which has the hashes of the core modules and the fingerprint of the Python."""
    _, name, read = locate(package)
    return hashlib.sha256(read(name)).hexdigest()


def python_files(package: str) -> dict[str, bytes]:
    """The files of an imported package, by their paths, without its core modules."""
    files = _held_files(package)
    if files is not None:
        return {path: contents for path, contents in files.items() if not path.endswith(".wasm")}
    directory = _directory(package)
    found: dict[str, bytes] = {}
    for folder, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(folder, name)
            relative = os.path.relpath(path, directory).replace(os.sep, "/")
            if name.endswith((".py", ".plan.json")) or name == "py.typed":
                with open(path, "rb") as file:
                    found[relative] = file.read()
    return found


def _held_files(package: str) -> Mapping[str, bytes] | None:
    loader = getattr(sys.modules[package], "__loader__", None)
    held: Callable[[str], Mapping[str, bytes] | None] | None = getattr(loader, "dovetail_files", None)
    return held(package) if held is not None else None


def _directory(package: str) -> str:
    for directory in getattr(sys.modules[package], "__path__", ()):
        if os.path.isdir(directory):
            return str(directory)
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
