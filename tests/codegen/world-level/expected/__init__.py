"""World world-level of cases:world-level@2.0.0"""

from __future__ import annotations

import builtins
import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import dovetail
from dovetail.component import bind

from .exports.tools import Tools as ToolsExport
from .imports.console import Console
from .imports.shed import Shed
from .imports.types import Item
from .imports.types import Trouble as Difficulty
from .imports.types import TroubleRaised as DifficultyRaised

__all__ = [
    "Bits",
    "Difficulty",
    "DifficultyRaised",
    "Failure",
    "FailureRaised",
    "Failure_Unknown",
    "Failure_Why",
    "Item",
    "Point",
    "Points",
    "Sensor",
    "Tools",
    "WorldLevel",
    "WorldLevelImports",
    "WorldLevelImports_",
    "WorldLevelWorld",
]


@dataclass(frozen=True, slots=True)
class Point:
    """record point"""

    x: int  # s32
    y: int  # s32


class WorldLevel(enum.Enum):
    """enum world-level"""

    A = 0
    B = 1


class WorldLevelImports(enum.Enum):
    """enum world-level-imports"""

    A = 0


class Tools(enum.Enum):
    """enum tools"""

    A = 0


class Bits(enum.Flag):
    """flags bits"""

    ONE = 1
    TWO = 2


@dataclass(frozen=True, slots=True)
class Failure_Why:
    """failure.why"""

    value: str


@dataclass(frozen=True, slots=True)
class Failure_Unknown:
    """failure.unknown"""


Failure: TypeAlias = Failure_Why | Failure_Unknown
"""variant failure"""


class FailureRaised(dovetail.Err[Failure]):
    """Raised where a function's result is an error of type failure."""


Points: TypeAlias = list[Point]
"""type points"""


@runtime_checkable
class Sensor(Protocol):
    """resource sensor"""

    def __init__(self, name: str, /) -> None: ...

    def read(self) -> float:
        """Raises: FailureRaised"""
        ...

    @staticmethod
    def calibrate(points: Points, /) -> Sensor: ...


@dataclass(kw_only=True, slots=True)
class WorldLevelImports_:
    """What the host gives to world world-level."""

    console: Console
    shed: Shed
    log: Callable[[str, Points], None]
    fetch: Callable[[str], dovetail.Buffer]
    """Raises: FailureRaised"""
    now: Callable[[], int]
    run: Callable[[Points, Item], Point]
    """Raises: FailureRaised"""
    use_sensor: Callable[[Sensor, Sensor], Sensor | None]
    check: Callable[[Bits], None]
    """Raises: DifficultyRaised"""
    list: Callable[[builtins.list[int]], Sequence[str]]
    nothing: Callable[[], None]
    sensor: type[Sensor]


class WorldLevelWorld:
    """World world-level of cases:world-level@2.0.0"""

    tools: ToolsExport

    def __init__(self, store: dovetail.Store, imports: WorldLevelImports_) -> None:
        bind(self, __name__, store, imports, fingerprint="f102017c85019a58")

    def run(self, points: Sequence[Point], item: Item) -> Point:
        """export run

        Raises: FailureRaised
        """
        raise NotImplementedError

    def use_sensor(self, sensor: Sensor, other: Sensor) -> Sensor | None:
        """Takes `sensor` (an owned handle) away from the caller."""
        raise NotImplementedError

    def check(self, bits: Bits) -> None:
        """export check

        Raises: DifficultyRaised
        """
        raise NotImplementedError

    def list(self, a: Sequence[int] | dovetail.Buffer) -> builtins.list[str]:
        """export list"""
        raise NotImplementedError

    def nothing(self) -> None:
        """export nothing"""
        raise NotImplementedError
