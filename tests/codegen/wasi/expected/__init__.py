"""World wasi of cases:wasi"""

from __future__ import annotations

from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from . import imports
from .exports.clock import Clock
from .imports.calendar import Calendar

__all__ = ["Wasi", "WasiImports"]


@dataclass(kw_only=True, slots=True)
class WasiImports:
    """What the host gives to world wasi."""

    wall_clock: imports.wall_clock.WallClock | None = None
    insecure_seed: imports.insecure_seed.InsecureSeed | None = None
    calendar: Calendar


class Wasi:
    """Interfaces of WASI need no object of the host; those of others do."""

    clock: Clock

    def __init__(self, store: dovetail.Store, imports: WasiImports) -> None:
        bind(self, __name__, store, imports, fingerprint="1fbe551199e2fe3f")
