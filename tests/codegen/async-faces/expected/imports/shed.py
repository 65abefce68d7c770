"""shed"""

from __future__ import annotations

from typing import Protocol

import dovetail

__all__ = ["Shed", "ShedAsync"]


class Shed(Protocol):
    """shed"""

    def hammer(self, force: float, /) -> bool: ...


class ShedAsync(Protocol):
    """shed

    Functions may be `async def`: what they return is awaited.
    """

    def hammer(self, force: float, /) -> dovetail.MaybeAwaitable[bool]: ...
