"""dovetail:bindgen/generator@0.1.0"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol

import dovetail

__all__ = [
    "File",
    "Generator",
    "Inspection",
    "Mode",
    "NumberLists",
    "Options",
    "Package",
    "Results",
    "Source",
    "Sources",
]


@dataclass(frozen=True, slots=True)
class Source:
    """record source"""

    path: str
    contents: bytes


@dataclass(frozen=True, slots=True)
class Sources:
    """record sources"""

    folder: str
    files: list[Source]


class Results(enum.Enum):
    """enum results"""

    RAISE = 0
    VALUES = 1


class Mode(enum.Enum):
    """enum mode"""

    SYNC = 0
    ASYNC = 1
    BOTH = 2


class NumberLists(enum.Enum):
    """enum number-lists"""

    LIST = 0
    BUFFER = 1


@dataclass(frozen=True, slots=True)
class Options:
    """record options"""

    name: str | None
    world: str | None
    results: Results
    mode: Mode
    number_lists: NumberLists
    full_names: bool
    import_names: list[tuple[str, str]]
    features: list[str]


@dataclass(frozen=True, slots=True)
class File:
    """record file"""

    path: str
    contents: bytes


@dataclass(frozen=True, slots=True)
class Package:
    """record package"""

    name: str
    files: list[File]


@dataclass(frozen=True, slots=True)
class Inspection:
    """record inspection"""

    wit: str
    modules: list[tuple[str, int]]  # u64
    steps: list[str]


class Generator(Protocol):
    """dovetail:bindgen/generator@0.1.0"""

    def generate(
        self,
        component: dovetail.Buffer | None,
        wit: Sources | None,
        options: Options,
    ) -> Package:
        """Raises: dovetail.Err[str]"""
        ...

    def inspect(self, component: dovetail.Buffer) -> Inspection:
        """Raises: dovetail.Err[str]"""
        ...
