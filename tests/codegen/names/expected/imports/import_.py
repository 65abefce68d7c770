"""cases:names/import"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol, TypeAlias

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


@dataclass(frozen=True, slots=True)
class Class:
    """record class"""

    def_: int  # u32
    lambda_: str
    from_: int  # u8
    self_: int  # u8
    none: bool
    yield_: str  # char


@dataclass(frozen=True, slots=True)
class None__None_:
    """none.none"""


@dataclass(frozen=True, slots=True)
class None__True_:
    """none.true"""

    value: int  # u8


@dataclass(frozen=True, slots=True)
class None__False_:
    """none.false"""


@dataclass(frozen=True, slots=True)
class None__Async:
    """none.async"""

    value: str


None_: TypeAlias = None__None_ | None__True_ | None__False_ | None__Async
"""variant none"""


class True_(enum.Enum):
    """enum true"""

    NONE = 0
    CLASS = 1
    TRUE = 2
    MRO = 3
    NAME = 4
    VALUE = 5


class Pass(enum.Flag):
    """flags pass"""

    NONE = 1
    CLASS = 2
    PASS = 4


False_: TypeAlias = int
"""type false"""


class Import(Protocol):
    """Words that Python keeps for itself, in every position."""

    def async_(
        self,
        class_: Class,
        import_: None_,
        none: True_,
        self_: int,
        /,
    ) -> Pass: ...

    def lambda_(self, type: False_, match: int, case: int, /) -> None: ...
