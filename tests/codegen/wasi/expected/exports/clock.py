"""clock"""

from __future__ import annotations

from typing import Protocol

from ..imports.wall_clock import Datetime

__all__ = ["Clock", "Datetime"]


class Clock(Protocol):
    """clock"""

    def now(self) -> Datetime: ...

    def resolution(self) -> Datetime: ...

    def later(self, than: Datetime) -> Datetime: ...

    def insecure_seed(self) -> tuple[int, int]: ...
