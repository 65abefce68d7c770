"""World names of cases:names"""

from __future__ import annotations

from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from .exports.builtin_functions import BuiltinFunctions
from .exports.builtins import Builtins
from .exports.clashes import ClashesInterface_
from .exports.error import ErrorInterface_
from .exports.import_ import Import
from .exports.point import PointInterface
from .exports.protocol import ProtocolInterface
from .imports.builtin_functions import BuiltinFunctions as BuiltinFunctionsImport
from .imports.builtins import Builtins as BuiltinsImport
from .imports.clashes import ClashesInterface_ as ClashesInterface_Import
from .imports.error import ErrorInterface_ as ErrorInterface_Import
from .imports.import_ import Import as ImportImport
from .imports.point import PointInterface as PointInterfaceImport
from .imports.protocol import ProtocolInterface as ProtocolInterfaceImport

__all__ = ["Names", "NamesImports"]


@dataclass(kw_only=True, slots=True)
class NamesImports:
    """What the host gives to world names."""

    import_: ImportImport
    builtins: BuiltinsImport
    builtin_functions: BuiltinFunctionsImport
    protocol: ProtocolInterfaceImport
    clashes: ClashesInterface_Import
    error: ErrorInterface_Import
    point: PointInterfaceImport


class Names:
    """World names of cases:names"""

    import_: Import
    builtins: Builtins
    builtin_functions: BuiltinFunctions
    protocol: ProtocolInterface
    clashes: ClashesInterface_
    error: ErrorInterface_
    point: PointInterface

    def __init__(self, store: dovetail.Store, imports: NamesImports) -> None:
        bind(self, __name__, store, imports, fingerprint="b1094f1df7d9ad25")

    def not_implemented_error(self) -> int:
        """export not-implemented-error"""
        raise NotImplementedError
