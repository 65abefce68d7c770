"""cases:names/import"""

from __future__ import annotations

from typing import Protocol

from ..imports.import_ import (
    Class,
    False_,
    None_,
    None__Async,
    None__False_,
    None__None_,
    None__True_,
    Pass,
    True_,
)

__all__ = [
    "Class",
    "False_",
    "Import",
    "None_",
    "None__Async",
    "None__False_",
    "None__None_",
    "None__True_",
    "Pass",
    "True_",
]


class Import(Protocol):
    """Words that Python keeps for itself, in every position."""

    def async_(
        self,
        class_: Class,
        import_: None_,
        none: True_,
        self_: int,
    ) -> Pass: ...

    def lambda_(self, type: False_, match: int, case: int) -> None: ...
