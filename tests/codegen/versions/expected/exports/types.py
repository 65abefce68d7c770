"""cases:versions/types@1.0.0"""

from __future__ import annotations

from typing import Protocol

from ..imports.cases_versions_types_1_0_0 import Here

__all__ = ["Here", "Types"]


class Types(Protocol):
    """cases:versions/types@1.0.0"""

    def get(self) -> Here: ...
