"""What generated packages call when their world's class is made."""

from __future__ import annotations

from ._engine import bind

__all__ = ["bind"]
