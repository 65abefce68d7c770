"""What a guest may see of the system, as plain data that `Store` reads once. Nothing is granted that is not named here."""

from __future__ import annotations

import enum
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from os import PathLike
from typing import TypeAlias

CustomOutput: TypeAlias = Callable[[bytes], int | None]
"""Called with what a guest writes; returns how many bytes were taken, `None` for all."""


class DirPerms(enum.Enum):
    """What a guest may do with the entries of a directory."""

    READ_ONLY = 1
    WRITE_ONLY = 2
    READ_WRITE = 3


class FilePerms(enum.Enum):
    """What a guest may do with the files in a directory."""

    READ_ONLY = 1
    WRITE_ONLY = 2
    READ_WRITE = 3


class WasiConfig:
    """The arguments, variables, streams and directories that a guest is given."""

    __slots__ = ("_argv", "_env", "_preopens", "_stderr", "_stdin", "_stdout")

    _argv: list[str]
    _env: list[tuple[str, str]]
    _stdin: bool | bytes | str
    _stdout: bool | str | CustomOutput
    _stderr: bool | str | CustomOutput
    _preopens: list[tuple[str, str, int, int]]

    def __init__(self) -> None:
        self._argv = []
        self._env = []
        # Of a stream: `False` for nothing, `True` for the process's own, a path, or what is read or called.
        self._stdin = False
        self._stdout = False
        self._stderr = False
        self._preopens = []

    @property
    def argv(self) -> list[str]:
        """The guest's arguments, its own name first."""
        return list(self._argv)

    @argv.setter
    def argv(self, argv: Iterable[str]) -> None:
        self._argv = [_text("argv", item) for item in _not_text("argv", argv)]

    def inherit_argv(self) -> None:
        """Gives the guest this process's arguments."""
        self._argv = list(sys.argv)

    @property
    def env(self) -> list[tuple[str, str]]:
        """The guest's environment variables."""
        return list(self._env)

    @env.setter
    def env(self, pairs: Iterable[tuple[str, str]] | Mapping[str, str]) -> None:
        if isinstance(pairs, (str, bytes)):
            raise TypeError(f"`env`: expected pairs of strings, got {type(pairs).__name__}")
        variables = dict[str, str](pairs)
        self._env = [(_text("env", key), _text("env", value)) for key, value in variables.items()]

    def inherit_env(self) -> None:
        """Gives the guest this process's environment variables."""
        self._env = list(os.environ.items())

    def _set_stdin_file(self, path: str | PathLike[str]) -> None:
        self._stdin = os.fspath(path)

    stdin_file = property(fset=_set_stdin_file, doc="The file that the guest's standard input is read from.")

    def stdin_bytes(self, data: bytes) -> None:
        """Gives the guest these bytes as its standard input."""
        self._stdin = bytes(data)

    def inherit_stdin(self) -> None:
        """Gives the guest this process's standard input."""
        self._stdin = True

    def _set_stdout_file(self, path: str | PathLike[str]) -> None:
        self._stdout = os.fspath(path)

    stdout_file = property(fset=_set_stdout_file, doc="The file that the guest's standard output is written to.")

    def _set_stdout_custom(self, callback: CustomOutput) -> None:
        self._stdout = _callable("stdout_custom", callback)

    stdout_custom = property(fset=_set_stdout_custom, doc="A function called with what the guest writes.")

    def inherit_stdout(self) -> None:
        """Gives the guest this process's standard output."""
        self._stdout = True

    def _set_stderr_file(self, path: str | PathLike[str]) -> None:
        self._stderr = os.fspath(path)

    stderr_file = property(fset=_set_stderr_file, doc="The file that the guest's standard error is written to.")

    def _set_stderr_custom(self, callback: CustomOutput) -> None:
        self._stderr = _callable("stderr_custom", callback)

    stderr_custom = property(fset=_set_stderr_custom, doc="A function called with what the guest writes.")

    def inherit_stderr(self) -> None:
        """Gives the guest this process's standard error."""
        self._stderr = True

    def preopen_dir(
        self,
        path: str | PathLike[str],
        guest_path: str,
        dir_perms: DirPerms = DirPerms.READ_WRITE,
        file_perms: FilePerms = FilePerms.READ_WRITE,
    ) -> None:
        """Lets the guest see the directory `path` as `guest_path`."""
        guest_path = _text("guest_path", guest_path)
        self._preopens.append((os.fspath(path), guest_path, dir_perms.value, file_perms.value))


def _not_text(name: str, items: Iterable[str]) -> Iterable[str]:
    """A string is an iterable of strings too, but never what was meant."""
    if isinstance(items, (str, bytes)):
        raise TypeError(f"`{name}`: expected an iterable of strings, got {type(items).__name__}")
    return items


def _text(name: str, item: object) -> str:
    if not isinstance(item, str):
        raise TypeError(f"`{name}`: expected str, got {type(item).__name__}")
    if "\0" in item:
        raise ValueError(f"`{name}`: must not contain a null character")
    return item


def _callable(name: str, callback: CustomOutput) -> CustomOutput:
    if not callable(callback):
        raise TypeError(f"`{name}`: expected a function, got {type(callback).__name__}")
    return callback
