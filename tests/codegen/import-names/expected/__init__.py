"""World import-names of cases:import-names@0.1.0"""

from __future__ import annotations

from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from .exports.clock import Clock
from .exports.log import Log
from .exports.store import Store
from .imports.clock import Clock as ClockImport
from .imports.store import Log as StoreImport
from .imports.table import Store as Table

__all__ = ["ImportNames", "ImportNamesImports"]


@dataclass(kw_only=True, slots=True)
class ImportNamesImports:
    """What the host gives to world import-names."""

    table: Table
    store: StoreImport
    clock: ClockImport


class ImportNames:
    """`log` is renamed to `store`, `store` to `table`; `clock` keeps its name. Exports are never renamed."""

    store: Store
    log: Log
    clock: Clock

    def __init__(self, store: dovetail.Store, imports: ImportNamesImports) -> None:
        bind(self, __name__, store, imports, fingerprint="ae91cbd0771a450f")
