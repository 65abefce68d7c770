"""World ints of cases:ints"""

from __future__ import annotations

from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from .exports.values import Values
from .imports.values import Values as ValuesImport

__all__ = ["Ints", "IntsImports"]


@dataclass(kw_only=True, slots=True)
class IntsImports:
    """What the host gives to world ints."""

    values: ValuesImport


class Ints:
    """World ints of cases:ints"""

    values: Values

    def __init__(self, store: dovetail.Store, imports: IntsImports) -> None:
        bind(self, __name__, store, imports, fingerprint="83e86942e546417e")
