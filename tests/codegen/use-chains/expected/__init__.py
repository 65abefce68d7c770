"""World use-chains of cases:use-chains@1.0.0"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from .exports.second import Second
from .exports.third import Third
from .imports.first import First
from .imports.first import Pair as Whole
from .imports.origin import Origin
from .imports.origin import Thing as Half
from .imports.relay import Relay
from .imports.second import Second as SecondImport
from .imports.third import Third as ThirdImport

__all__ = ["Half", "UseChains", "UseChainsImports", "Whole"]


@dataclass(kw_only=True, slots=True)
class UseChainsImports:
    """What the host gives to world use-chains."""

    origin: Origin
    first: First
    second: SecondImport
    relay: Relay
    third: ThirdImport
    join: Callable[[Whole], Half]


class UseChains:
    """World use-chains of cases:use-chains@1.0.0"""

    second: Second
    third: Third

    def __init__(self, store: dovetail.Store, imports: UseChainsImports) -> None:
        bind(self, __name__, store, imports, fingerprint="88dd94701ce8b1cb")

    def join(self, whole: Whole) -> Half:
        """export join"""
        raise NotImplementedError
