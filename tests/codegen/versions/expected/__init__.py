"""World versions of cases:versions@1.0.0"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from .exports.only_0_1_0 import Only as Only010
from .exports.only_0_2_0 import Only as Only020
from .exports.types import Types
from .imports.cases_versions_types_1_0_0 import Types as CasesVersionsTypes100
from .imports.only import Only
from .imports.other_shapes_types_0_1_0 import Types as OtherShapesTypes010
from .imports.other_shapes_types_0_2_0 import Types as OtherShapesTypes020
from .imports.plain import Plain
from .imports.third_shapes_types_0_2_0 import Types as ThirdShapesTypes020

__all__ = ["Versions", "VersionsImports"]


@dataclass(kw_only=True, slots=True)
class VersionsImports:
    """What the host gives to world versions."""

    cases_versions_types_1_0_0: CasesVersionsTypes100
    other_shapes_types_0_1_0: OtherShapesTypes010
    other_shapes_types_0_2_0: OtherShapesTypes020
    third_shapes_types_0_2_0: ThirdShapesTypes020
    only: Only
    plain: Plain
    convert: Callable[[], int]


class Versions:
    """World versions of cases:versions@1.0.0"""

    types: Types
    only_0_2_0: Only020
    only_0_1_0: Only010

    def __init__(self, store: dovetail.Store, imports: VersionsImports) -> None:
        bind(self, __name__, store, imports, fingerprint="3008cf0aeaf6e18f")

    def convert(self) -> int:
        """export convert"""
        raise NotImplementedError
