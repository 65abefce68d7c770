"""wasi:cli/exit@0.2.12"""

from __future__ import annotations

from typing import Protocol

import dovetail

__all__ = ["Exit"]


class Exit(Protocol):
    """wasi:cli/exit@0.2.12"""

    def exit(self, status: dovetail.Ok[None] | dovetail.Err[None], /) -> None: ...
