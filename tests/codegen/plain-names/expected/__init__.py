"""World plain-names of cases:plain-names"""

from __future__ import annotations

from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from .exports.cache import Cache
from .exports.primary import Primary
from .imports.backup import Backup
from .imports.primary import Primary as PrimaryImport

__all__ = ["PlainNames", "PlainNamesImports"]


@dataclass(kw_only=True, slots=True)
class PlainNamesImports:
    """What the host gives to world plain-names."""

    primary: PrimaryImport
    backup: Backup


class PlainNames:
    """The same interface under several names: the host gives an object for each, and each has its own resources."""

    cache: Cache
    primary: Primary

    def __init__(self, store: dovetail.Store, imports: PlainNamesImports) -> None:
        bind(self, __name__, store, imports, fingerprint="d7df7ca85fee5fcb")
