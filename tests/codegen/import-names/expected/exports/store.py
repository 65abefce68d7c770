"""cases:import-names/store@0.1.0"""

from __future__ import annotations

from typing import Protocol

from ..imports.table import Entry

__all__ = ["Entry", "Store"]


class Store(Protocol):
    """cases:import-names/store@0.1.0"""

    def put(self, e: Entry) -> int: ...
