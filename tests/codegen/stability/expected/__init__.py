"""World stability of cases:stability@1.3.0"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from .exports.history import History
from .imports.history import History as HistoryImport

__all__ = ["Stability", "StabilityImports"]


@dataclass(kw_only=True, slots=True)
class StabilityImports:
    """What the host gives to world stability."""

    history: HistoryImport
    log: Callable[[str], None]
    """Logs.

    Deprecated since 1.3.0.
    """


class Stability:
    """A world with a history.

    Since 1.0.0.
    """

    history: History

    def __init__(self, store: dovetail.Store, imports: StabilityImports) -> None:
        bind(self, __name__, store, imports, fingerprint="039d2335533dcd37")

    @dovetail.deprecated("since 1.3.0")
    def log(self, text: str) -> None:
        """Deprecated since 1.3.0."""
        raise NotImplementedError
