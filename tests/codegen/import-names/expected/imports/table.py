"""cases:import-names/store@0.1.0"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

__all__ = ["Entry", "Store"]


@dataclass(frozen=True, slots=True)
class Entry:
    """record entry"""

    key: str


class Store(Protocol):
    """cases:import-names/store@0.1.0"""

    def put(self, e: Entry, /) -> int: ...
