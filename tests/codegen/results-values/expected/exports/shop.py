"""cases:results-values/shop"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import dovetail

from ..imports.shop import Item, Problem, Problem_Short, Problem_SoldOut, ProblemRaised

__all__ = [
    "Basket",
    "Item",
    "Problem",
    "ProblemRaised",
    "Problem_Short",
    "Problem_SoldOut",
    "Shop",
]


@runtime_checkable
class Basket(dovetail.Resource, Protocol):
    """resource basket"""

    def __init__(self, name: str) -> None:
        """A constructor cannot return a value, so it raises.

        Raises: ProblemRaised
        """
        ...

    def add(self, name: str) -> dovetail.Ok[int] | dovetail.Err[Problem]: ...

    @staticmethod
    def open(name: str) -> dovetail.Ok[Basket] | dovetail.Err[Problem]: ...


class Shop(Protocol):
    """Everything that can fail, with `--results values`."""

    def close(self) -> dovetail.Ok[None] | dovetail.Err[None]:
        """Neither side has a value."""
        ...

    def rename(self, name: str) -> dovetail.Ok[None] | dovetail.Err[str]:
        """Success has no value."""
        ...

    def count(self) -> dovetail.Ok[int] | dovetail.Err[None]:
        """The error has no value."""
        ...

    def buy(self, name: str, count: int) -> dovetail.Ok[Item] | dovetail.Err[Problem]:
        """The error has a class of its own."""
        ...

    def weights(
        self,
        names: Sequence[str],
    ) -> dovetail.Ok[list[int]] | dovetail.Err[bytes]:
        """What is accepted is wide inside of the result too."""
        ...

    def all(self) -> list[dovetail.Ok[int] | dovetail.Err[Problem]]:
        """A result inside of another value is a value in any case."""
        ...

    def total(self) -> int:
        """Cannot fail."""
        ...

    @property
    def Basket(self) -> type[Basket]: ...
