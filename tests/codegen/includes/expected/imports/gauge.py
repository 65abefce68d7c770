"""parts:kit/gauge@1.2.0"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Gauge"]


class Gauge(Protocol):
    """parts:kit/gauge@1.2.0"""

    def measure(self, samples: list[float], /) -> float: ...
