"""Reads WIT from where it is: a file, a folder with what it uses below `deps/`, or a mapping of names to texts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from .. import wat2wasm

BINARY = b"\0asm"
"""What every WebAssembly binary begins with."""


class Sources:
    """WIT that was read: the folder, for messages, and contents by path relative to it."""

    __slots__ = ("files", "folder")

    folder: str
    files: dict[str, bytes]

    def __init__(self, folder: str, files: Mapping[str, bytes]) -> None:
        self.folder = folder
        self.files = dict(files)


def is_wit(path: str | os.PathLike[str]) -> bool:
    """Whether a path leads to WIT rather than to a component."""
    return os.path.isdir(path) or os.fspath(path).endswith(".wit")


def of_mapping(files: Mapping[str, str | bytes]) -> Sources:
    """The sources in a mapping, for programs that hold their WIT in memory."""
    return Sources("", {name: text.encode() if isinstance(text, str) else bytes(text) for name, text in files.items()})


def read_wit(path: str | os.PathLike[str]) -> Sources:
    """Reads a WIT file or a folder of WIT."""
    place = Path(path)
    if not place.is_dir():
        contents = place.read_bytes()
        if place.suffix != ".wit":
            raise ValueError(f"`{place}` is no WIT: expected a `.wit` file or a folder")
        parent = "" if place.parent == Path() else str(place.parent)
        return Sources(parent, {place.name: contents})
    files = dict(_files_of(place, ""))
    dependencies = place / "deps"
    for entry in sorted(dependencies.iterdir()) if dependencies.is_dir() else ():
        name = f"deps/{entry.name}"
        if entry.is_dir():
            files.update(_files_of(entry, f"{name}/"))
        elif entry.suffix in (".wit", ".wasm"):
            files[name] = entry.read_bytes()
        elif entry.suffix == ".wat":
            contents = entry.read_bytes()
            files[name] = contents if contents.startswith(BINARY) else wat2wasm(contents)
    return Sources(str(place), files)


def _files_of(folder: Path, prefix: str) -> Iterable[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir()):
        if entry.suffix == ".wit" and not entry.is_dir():
            yield prefix + entry.name, entry.read_bytes()
