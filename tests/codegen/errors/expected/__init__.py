"""World errors of cases:errors"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from .exports.user import User
from .imports.kinds import Kinds
from .imports.user import User as UserImport

__all__ = ["Errors", "ErrorsImports"]


@dataclass(kw_only=True, slots=True)
class ErrorsImports:
    """What the host gives to world errors."""

    kinds: Kinds
    user: UserImport
    q: Callable[[], int]
    """Raises: dovetail.Err[str]"""


class Errors:
    """World errors of cases:errors"""

    user: User

    def __init__(self, store: dovetail.Store, imports: ErrorsImports) -> None:
        bind(self, __name__, store, imports, fingerprint="e7b15c53ef8bb87e")

    def q(self) -> int:
        """export q

        Raises: dovetail.Err[str]
        """
        raise NotImplementedError
