"""cases:names/clashes"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import dovetail

__all__ = [
    "Clashes",
    "ClashesInterface",
    "ClashesInterface_",
    "Failed",
    "FailedRaised",
    "FailedRaisedRaised",
    "FailedRaised_",
    "Failed_One",
    "Failed_Two",
    "HttpServer",
]


@dataclass(frozen=True, slots=True)
class HttpServer:
    """record HTTP-server"""

    url_path: str


@dataclass(frozen=True, slots=True)
class Failed_One:
    """failed.one"""


@dataclass(frozen=True, slots=True)
class Failed_Two:
    """failed.TWO"""


Failed: TypeAlias = Failed_One | Failed_Two
"""variant failed"""


class FailedRaised_(dovetail.Err[Failed]):
    """Raised where a function's result is an error of type failed."""


@dataclass(frozen=True, slots=True)
class FailedRaised:
    """record failed-raised"""

    one: int  # u8


class FailedRaisedRaised(dovetail.Err[FailedRaised]):
    """Raised where a function's result is an error of type failed-raised."""


class ClashesInterface(enum.Enum):
    """enum clashes-interface"""

    A = 0


class Clashes(enum.Enum):
    """enum clashes"""

    A = 0


class ClashesInterface_(Protocol):
    """Names that clash with those that are made of others. (WIT itself keeps `a1` and `a-1` apart.)"""

    def fail(self, server: HttpServer, /) -> FailedRaised:
        """Raises: FailedRaised_"""
        ...

    def get(self) -> None:
        """Raises: FailedRaisedRaised"""
        ...
