"""wasi:filesystem/preopens@0.2.12"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .types import Descriptor

__all__ = ["Descriptor", "Preopens"]


class Preopens(Protocol):
    """wasi:filesystem/preopens@0.2.12"""

    def get_directories(self) -> Sequence[tuple[Descriptor, str]]: ...
