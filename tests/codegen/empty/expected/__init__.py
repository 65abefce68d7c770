"""World empty of cases:empty"""

from __future__ import annotations

from dataclasses import dataclass

import dovetail
from dovetail.component import bind

__all__ = ["Empty", "EmptyImports"]


@dataclass(kw_only=True, slots=True)
class EmptyImports:
    """What the host gives to world empty."""


class Empty:
    """World empty of cases:empty"""

    def __init__(
        self,
        store: dovetail.Store,
        imports: EmptyImports | None = None,
    ) -> None:
        bind(self, __name__, store, imports, fingerprint="7dd613ce035b9cfb")
