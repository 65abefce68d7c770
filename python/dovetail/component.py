"""Components: what generated packages call when their world's class is made, and components without a package."""

from __future__ import annotations

from ._engine import Component, bind
from ._engine import ComponentInstance as Instance
from ._engine import ComponentLinker as Linker

__all__ = ["Component", "Instance", "Linker", "bind"]
