"""dovetail:bindgen/generator@0.1.0"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import dovetail

__all__ = ["File", "Generator", "Inspection", "Options", "Package"]


@dataclass(frozen=True, slots=True)
class Options:
    """record options"""

    name: str | None
    world: str | None


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

    def generate(self, input: dovetail.Buffer, options: Options) -> Package:
        """Raises: dovetail.Err[str]"""
        ...

    def inspect(self, input: dovetail.Buffer) -> Inspection:
        """Raises: dovetail.Err[str]"""
        ...
