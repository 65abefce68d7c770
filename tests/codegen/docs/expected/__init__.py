"""World docs of cases:docs"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from .exports.plain import Plain
from .imports.plain import Plain as PlainImport

__all__ = ["Docs", "DocsImports"]


@dataclass(kw_only=True, slots=True)
class DocsImports:
    """What the host gives to world docs."""

    plain: PlainImport
    log: Callable[[str], None]
    """Logs."""


class Docs:
    """The world's own docs.

    In two paragraphs.
    """

    plain: Plain

    def __init__(self, store: dovetail.Store, imports: DocsImports) -> None:
        bind(self, __name__, store, imports, fingerprint="1fe12c67a5267ade")

    def run(self) -> None:
        """Runs.

        For long.

        Raises: dovetail.Err[str]
        """
        raise NotImplementedError
