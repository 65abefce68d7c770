"""World results-values of cases:results-values"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from .exports.rules import Rules
from .exports.shop import Shop
from .imports.rules import Refusal
from .imports.rules import Rules as RulesImport
from .imports.shop import Shop as ShopImport

__all__ = ["Refusal", "ResultsValues", "ResultsValuesImports"]


@dataclass(kw_only=True, slots=True)
class ResultsValuesImports:
    """What the host gives to world results-values."""

    shop: ShopImport
    rules: RulesImport
    ask: Callable[[str], dovetail.Ok[str] | dovetail.Err[Refusal]]


class ResultsValues:
    """World results-values of cases:results-values"""

    shop: Shop
    rules: Rules

    def __init__(self, store: dovetail.Store, imports: ResultsValuesImports) -> None:
        bind(self, __name__, store, imports, fingerprint="b5efe6e9745c46b5")

    def ask(self, question: str) -> dovetail.Ok[str] | dovetail.Err[Refusal]:
        """export ask"""
        raise NotImplementedError
