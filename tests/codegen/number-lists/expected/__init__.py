"""World number-lists of cases:number-lists"""

from __future__ import annotations

from dataclasses import dataclass

import dovetail
from dovetail.component import bind, bind_async

from .exports.signals import Signals, SignalsAsync
from .imports.signals import Signals as SignalsImport
from .imports.signals import SignalsAsync as SignalsImportAsync

__all__ = [
    "NumberLists",
    "NumberListsAsync",
    "NumberListsAsyncImports",
    "NumberListsImports",
]


@dataclass(kw_only=True, slots=True)
class NumberListsImports:
    """What the host gives to world number-lists."""

    signals: SignalsImport


class NumberLists:
    """World number-lists of cases:number-lists"""

    signals: Signals

    def __init__(self, store: dovetail.Store, imports: NumberListsImports) -> None:
        bind(self, __name__, store, imports, fingerprint="73ccf09adfee83fd")


@dataclass(kw_only=True, slots=True)
class NumberListsAsyncImports:
    """What the host gives to world number-lists.

    Functions may be `async def`: what they return is awaited.
    """

    signals: SignalsImportAsync


class NumberListsAsync(dovetail.AsyncWorld):
    """World number-lists of cases:number-lists

    Awaiting an object of this class instantiates the component; calls are awaited too.
    """

    signals: SignalsAsync

    def __init__(self, store: dovetail.Store, imports: NumberListsAsyncImports) -> None:
        bind_async(self, __name__, store, imports, fingerprint="73ccf09adfee83fd")
