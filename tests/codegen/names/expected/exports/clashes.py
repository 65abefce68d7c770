"""cases:names/clashes"""

from __future__ import annotations

from typing import Protocol

from ..imports.clashes import (
    Clashes,
    ClashesInterface,
    Failed,
    Failed_One,
    Failed_Two,
    FailedRaised,
    FailedRaised_,
    FailedRaisedRaised,
    HttpServer,
)

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


class ClashesInterface_(Protocol):
    """Names that clash with those that are made of others. (WIT itself keeps `a1` and `a-1` apart.)"""

    def fail(self, server: HttpServer) -> FailedRaised:
        """Raises: FailedRaised_"""
        ...

    def get(self) -> None:
        """Raises: FailedRaisedRaised"""
        ...
