"""cases:use-chains/third@1.0.0"""

from __future__ import annotations

from typing import Protocol

from ..imports.first import Pair as Item
from ..imports.origin import Node as Vertex
from ..imports.origin import Thing as Pair
from ..imports.origin import Thing
from ..imports.second import Items

__all__ = ["Item", "Items", "Pair", "Thing", "Third", "Vertex"]


class Third(Protocol):
    """Uses it under the name of something else, and a resource by way of two others."""

    def join(self, a: Item, b: Pair) -> Items: ...

    def visit(self, vertex: Vertex, thing: Thing) -> Vertex: ...
