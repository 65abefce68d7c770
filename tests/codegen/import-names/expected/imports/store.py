"""cases:import-names/log@0.1.0"""

from __future__ import annotations

from typing import Protocol

from .table import Entry

__all__ = ["Entry", "Log"]


class Log(Protocol):
    """cases:import-names/log@0.1.0"""

    def note(self, e: Entry, text: str, /) -> int: ...
