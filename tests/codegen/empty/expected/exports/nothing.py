"""cases:empty/nothing"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Nothing"]


class Nothing(Protocol):
    """cases:empty/nothing"""
