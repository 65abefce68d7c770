"""cases:resources/only-resource"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import dovetail

__all__ = ["OnlyResource", "Thing"]


@runtime_checkable
class Thing(dovetail.Resource, Protocol):
    """resource thing"""


class OnlyResource(Protocol):
    """cases:resources/only-resource"""

    @property
    def Thing(self) -> type[Thing]: ...
