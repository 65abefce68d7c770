"""cases:import-names/clock@0.1.0"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Clock"]


class Clock(Protocol):
    """cases:import-names/clock@0.1.0"""

    def now(self) -> int: ...
