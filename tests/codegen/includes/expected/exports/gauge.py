"""parts:kit/gauge@1.2.0"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import dovetail

__all__ = ["Gauge"]


class Gauge(Protocol):
    """parts:kit/gauge@1.2.0"""

    def measure(self, samples: Sequence[float] | dovetail.Buffer) -> float: ...
