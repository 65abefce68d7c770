"""World contract-1-0"""

from __future__ import annotations

from dataclasses import dataclass

import dovetail
from dovetail.component import bind

__all__ = ["Contract10", "Contract10Imports"]


@dataclass(kw_only=True, slots=True)
class Contract10Imports:
    """What the host gives to world contract-1-0."""


class Contract10:
    """World contract-1-0"""

    def __init__(
        self,
        store: dovetail.Store,
        imports: Contract10Imports | None = None,
    ) -> None:
        bind(self, __name__, store, imports)

    def add(self, left: int, right: int) -> int:
        """export add"""
        raise NotImplementedError

    def half(self, value: int) -> int:
        """export half

        Raises: dovetail.Err[int]
        """
        raise NotImplementedError
