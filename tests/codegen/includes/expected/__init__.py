"""World includes of cases:includes"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from .exports.gauge import Gauge
from .exports.more import More
from .exports.shared import Shared
from .imports.gauge import Gauge as GaugeImport
from .imports.more import More as MoreImport
from .imports.shared import Message
from .imports.shared import Shared as SharedImport

__all__ = ["Includes", "IncludesImports", "Message"]


@dataclass(kw_only=True, slots=True)
class IncludesImports:
    """What the host gives to world includes."""

    shared: SharedImport
    more: MoreImport
    gauge: GaugeImport
    run: Callable[[Message], Message]
    run_again: Callable[[int], int]
    run_tools: Callable[[str], bool]


class Includes:
    """Everything from the three others, one of them of another package, with names of its own where two would meet."""

    shared: Shared
    more: More
    gauge: Gauge

    def __init__(self, store: dovetail.Store, imports: IncludesImports) -> None:
        bind(self, __name__, store, imports, fingerprint="bd04443ab8b8ac64")

    def run(self, message: Message) -> Message:
        """export run"""
        raise NotImplementedError

    def run_again(self, count: int) -> int:
        """export run-again"""
        raise NotImplementedError

    def run_tools(self, tool: str) -> bool:
        """export run-tools"""
        raise NotImplementedError
