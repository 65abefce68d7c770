"""World recursive-clashes of cases:recursive-clashes"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

import dovetail
from dovetail.component import bind as _bind

from .exports.error import ErrorInterface_
from .exports.recursive_clashes_world import (
    RecursiveClashesWorld as RecursiveClashesWorldExport_,
)
from .imports.error import ErrorInterface_ as ErrorInterface_Import
from .imports.recursive_clashes_world import RecursiveClashes
from .imports.recursive_clashes_world import (
    RecursiveClashesWorld as RecursiveClashesWorldImport,
)

__all__ = [
    "RecursiveClashes",
    "RecursiveClashesImports",
    "RecursiveClashesImports_",
    "RecursiveClashesWorld",
    "RecursiveClashesWorldExport",
]


class RecursiveClashesImports(enum.Enum):
    """enum recursive-clashes-imports"""

    A = 0


class RecursiveClashesWorldExport(enum.Enum):
    """enum recursive-clashes-world-export"""

    A = 0


@dataclass(kw_only=True, slots=True)
class RecursiveClashesImports_:
    """What the host gives to world recursive-clashes."""

    error: ErrorInterface_Import
    recursive_clashes_world: RecursiveClashesWorldImport
    store: Callable[[int], int]
    imports: Callable[[RecursiveClashesImports, int], RecursiveClashes]


class RecursiveClashesWorld:
    """World recursive-clashes of cases:recursive-clashes"""

    error: ErrorInterface_
    recursive_clashes_world: RecursiveClashesWorldExport_

    def __init__(
        self,
        store: dovetail.Store,
        imports: RecursiveClashesImports_,
    ) -> None:
        _bind(self, __name__, store, imports, fingerprint="1c1ed8c7c5473821")

    def store(self, store: int) -> int:
        """export store"""
        raise NotImplementedError

    def imports(self, imports: RecursiveClashesImports, self_: int) -> RecursiveClashes:
        """export imports"""
        raise NotImplementedError

    def init(self, world: RecursiveClashesWorldExport) -> None:
        """export init"""
        raise NotImplementedError

    def bind(self) -> None:
        """export bind"""
        raise NotImplementedError
