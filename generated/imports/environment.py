"""wasi:cli/environment@0.2.12"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

__all__ = ["Environment"]


class Environment(Protocol):
    """wasi:cli/environment@0.2.12"""

    def get_environment(self) -> Sequence[tuple[str, str]]: ...
