"""World full-names of cases:full-names@0.3.0-rc.1"""

from __future__ import annotations

from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from .exports.cases_full_names_maps_0_3_0_rc_1 import Maps as CasesFullNamesMaps030Rc1
from .exports.plain import Plain
from .imports.cases_full_names_maps_0_3_0_rc_1 import (
    Maps as CasesFullNamesMaps030Rc1Import,
)
from .imports.plain import Plain as PlainImport

__all__ = ["FullNames", "FullNamesImports"]


@dataclass(kw_only=True, slots=True)
class FullNamesImports:
    """What the host gives to world full-names."""

    cases_full_names_maps_0_3_0_rc_1: CasesFullNamesMaps030Rc1Import
    plain: PlainImport


class FullNames:
    """The names of modules have everything, whether it is needed or not."""

    cases_full_names_maps_0_3_0_rc_1: CasesFullNamesMaps030Rc1
    plain: Plain

    def __init__(self, store: dovetail.Store, imports: FullNamesImports) -> None:
        bind(self, __name__, store, imports, fingerprint="b554a987698cc23f")
