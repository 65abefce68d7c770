"""assert"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Assert"]


class Assert(Protocol):
    """assert"""

    def assert_(self, assert_: int) -> int: ...
