"""Writes a set of files so that a reader sees all of the old or, file by file, the new; never half of one."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath


def write_file(path: Path, contents: bytes, mode: int | None = None) -> None:
    """Replaces one file: another process reads the old contents or the new. Without `mode` it is the usual one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(contents)
        os.chmod(temporary, 0o666 & ~_umask() if mode is None else mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def write_tree(directory: Path, files: Mapping[str, bytes], stale: frozenset[str]) -> None:
    """Writes `files` below `directory` and removes those named in `stale`; on an error nothing there has changed."""
    parent = directory.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    if directory.exists() and not directory.is_dir():
        raise NotADirectoryError(20, "is a file, expected a directory", str(directory))
    staging = Path(tempfile.mkdtemp(dir=directory if directory.is_dir() else parent, prefix=f".{directory.name}."))
    try:
        for name, contents in files.items():
            _stage(staging / checked_name(name), contents, directory / name)
        if not directory.exists():
            os.chmod(staging, 0o777 & ~_umask())
            os.rename(staging, directory)
            return
        for name in files:
            target = directory / name
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(staging / name, target)
        for name in stale:
            (directory / name).unlink(missing_ok=True)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _stage(target: Path, contents: bytes, final: Path) -> None:
    """Writes a file in its place for now; an error names the place that it is to have."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(contents)
    except OSError as error:
        # What fails while it writes (a full disk) names no file, and what fails before names a file that is gone soon.
        raise OSError(error.errno, error.strerror, str(final)) from error


def checked_name(name: str) -> PurePosixPath:
    """The relative path that `name` means, refused where it would lead out of the directory."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\\" in name or "\0" in name:
        raise ValueError(f"`{name}` is not a path inside the package")
    return path


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
