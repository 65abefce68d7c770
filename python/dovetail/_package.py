"""Finds the files of a generated package, whether on disk, in an archive that Python imports from, or in the memory of
`dovetail.loader`."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ._errors import LinkError

if TYPE_CHECKING:
    if sys.version_info >= (3, 11):
        from importlib.resources.abc import Traversable
    else:
        from importlib.abc import Traversable

Files = tuple[str, str, Callable[[str], bytes]]


def locate(package: str, /) -> Files:
    """Where the plan of an imported package is: a key that changes with the contents, the plan's name, and a reader."""
    files = _held_files(package)
    if files is not None:
        return _held(package, files)
    directory = _directory(package)
    return _in_archive(package, _archive(package)) if directory is None else _on_disk(package, directory)


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
    if directory is None:
        return {path: file.read_bytes() for path, file in _walk(_archive(package)) if _is_python(path)}
    found: dict[str, bytes] = {}
    for folder, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(folder, name)
            relative = os.path.relpath(path, directory).replace(os.sep, "/")
            if _is_python(relative):
                with open(path, "rb") as file:
                    found[relative] = file.read()
    return found


def _is_python(path: str) -> bool:
    return path.endswith((".py", ".plan.json")) or path.rpartition("/")[2] == "py.typed"


def _held_files(package: str) -> Mapping[str, bytes] | None:
    loader = getattr(sys.modules[package], "__loader__", None)
    held: Callable[[str], Mapping[str, bytes] | None] | None = getattr(loader, "dovetail_files", None)
    return held(package) if held is not None else None


def _directory(package: str) -> str | None:
    for directory in getattr(sys.modules[package], "__path__", ()):
        if os.path.isdir(directory):
            return str(directory)
    return None


def _archive(package: str) -> Traversable:
    from importlib import resources  # Which imports much else.

    if not hasattr(sys.modules[package], "__path__"):
        raise FileNotFoundError(f"`{package}` is not a package with files")
    return resources.files(package)


def _walk(directory: Traversable, before: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in directory.iterdir():
        path = before + entry.name
        if entry.is_dir():
            yield from _walk(entry, f"{path}/")
        else:
            yield path, entry


def _on_disk(package: str, directory: str) -> Files:
    name = _plan_name(package, os.listdir(directory))
    status = os.stat(os.path.join(directory, name))
    key = f"{os.path.abspath(directory)}/{name}:{status.st_mtime_ns}:{status.st_size}:{status.st_ino}"

    def read(relative: str) -> bytes:
        with open(os.path.join(directory, relative), "rb") as file:
            return file.read()

    return key, name, read


def _in_archive(package: str, archive: Traversable) -> Files:
    name = _plan_name(package, [entry.name for entry in archive.iterdir()])

    def read(relative: str) -> bytes:
        return archive.joinpath(*relative.split("/")).read_bytes()

    # The plan has the hashes of everything else.
    return f"archive:{package}:{hashlib.sha256(read(name)).hexdigest()}", name, read


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
