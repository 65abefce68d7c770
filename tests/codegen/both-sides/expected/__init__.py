"""World both-sides of cases:both-sides"""

from __future__ import annotations

from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from .exports.base import Base
from .exports.over import Over
from .imports.base import Base as BaseImport
from .imports.over import Over as OverImport

__all__ = ["BothSides", "BothSidesImports"]


@dataclass(kw_only=True, slots=True)
class BothSidesImports:
    """What the host gives to world both-sides."""

    base: BaseImport
    over: OverImport


class BothSides:
    """World both-sides of cases:both-sides"""

    base: Base
    over: Over

    def __init__(self, store: dovetail.Store, imports: BothSidesImports) -> None:
        bind(self, __name__, store, imports, fingerprint="b855bd68f7732a78")
