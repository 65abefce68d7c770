"""empty"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Empty"]


class Empty(Protocol):
    """empty"""
