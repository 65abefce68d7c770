"""World bare of cases:bare"""

from __future__ import annotations

from dataclasses import dataclass

import dovetail
from dovetail.component import bind

__all__ = ["Bare", "BareImports"]


@dataclass(kw_only=True, slots=True)
class BareImports:
    """What the host gives to world bare."""


class Bare:
    """World bare of cases:bare"""

    def __init__(
        self,
        store: dovetail.Store,
        imports: BareImports | None = None,
    ) -> None:
        bind(self, __name__, store, imports, fingerprint="99c4af0546e63b88")
