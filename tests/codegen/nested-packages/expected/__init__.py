"""World nested-packages of cases:nested-packages"""

from __future__ import annotations

from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from .exports.scene import Scene
from .exports.shape_1_0_0 import Shape as Shape100
from .exports.shape_2_0_0 import Shape as Shape200
from .imports.scene import Scene as SceneImport
from .imports.shape_1_0_0 import Shape as Shape100Import
from .imports.shape_2_0_0 import Shape as Shape200Import

__all__ = ["NestedPackages", "NestedPackagesImports"]


@dataclass(kw_only=True, slots=True)
class NestedPackagesImports:
    """What the host gives to world nested-packages."""

    shape_1_0_0: Shape100Import
    shape_2_0_0: Shape200Import
    scene: SceneImport


class NestedPackages:
    """World nested-packages of cases:nested-packages"""

    shape_1_0_0: Shape100
    shape_2_0_0: Shape200
    scene: Scene

    def __init__(self, store: dovetail.Store, imports: NestedPackagesImports) -> None:
        bind(self, __name__, store, imports, fingerprint="16d010d39eb4701b")
