"""cases:use-chains/third@1.0.0"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .first import Pair as Item
from .origin import Node as Vertex
from .origin import Thing as Pair
from .origin import Thing
from .second import Items

__all__ = ["Item", "Items", "Pair", "Thing", "Third", "Vertex"]


class Third(Protocol):
    """Uses it under the name of something else, and a resource by way of two others."""

    def join(self, a: Item, b: Pair, /) -> Sequence[Pair]: ...

    def visit(self, vertex: Vertex, thing: Thing, /) -> Vertex: ...
