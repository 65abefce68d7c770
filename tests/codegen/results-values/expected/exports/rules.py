"""cases:results-values/rules"""

from __future__ import annotations

from typing import Protocol

from ..imports.rules import Outcome, Refusal

__all__ = ["Outcome", "Refusal", "Rules"]


class Rules(Protocol):
    """cases:results-values/rules"""

    def look_up(self, rule: str) -> Outcome: ...
