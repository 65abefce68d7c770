"""World inline of cases:inline"""

from __future__ import annotations

from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from .exports.studio import Studio
from .imports.canvas import Canvas
from .imports.studio import Studio as StudioImport

__all__ = ["Inline", "InlineImports"]


@dataclass(kw_only=True, slots=True)
class InlineImports:
    """What the host gives to world inline."""

    canvas: Canvas
    studio: StudioImport


class Inline:
    """Interfaces that stand in the world itself."""

    studio: Studio

    def __init__(self, store: dovetail.Store, imports: InlineImports) -> None:
        bind(self, __name__, store, imports, fingerprint="83ac5e9985854669")
