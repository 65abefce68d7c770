"""far:middle/relay@0.3.0"""

from __future__ import annotations

from typing import Protocol

from .origin import Node, Thing

__all__ = ["Node", "Relay", "Thing"]


class Relay(Protocol):
    """far:middle/relay@0.3.0"""

    def follow(self, node: Node, /) -> Node: ...
