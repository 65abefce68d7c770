"""The host's side of the guest `everything`: a counter and an interface, written as a user would write them."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from dovetail import Err


class Counter:
    """A counter kept by the host."""

    dropped = 0

    def __init__(self, start: int) -> None:
        self.count = start

    def add(self, amount: int) -> int:
        self.count += amount
        return self.count

    def value(self) -> int:
        return self.count

    @staticmethod
    def sum(left: Counter, right: Counter) -> Counter:
        return Counter(left.count + right.count)

    def drop(self) -> None:
        Counter.dropped += 1


class Host:
    """The imported interface."""

    Counter = Counter

    def __init__(self, package: ModuleType) -> None:
        self.types = package.imports.types
        self.messages: list[str] = []
        self.raises: BaseException | None = None
        self.calls = 0

    def notify(self, message: str) -> None:
        self.messages.append(message)
        if self.raises is not None:
            raise self.raises

    def transform(self, shape: Any) -> Any:
        match shape:
            case self.types.Shape_Empty():
                return self.types.Shape_Label("nothing")
            case self.types.Shape_Circle(radius):
                return self.types.Shape_Circle(radius * 2)
            case self.types.Shape_Polygon(points):
                return self.types.Shape_Polygon([*points, self.types.Point(x=0.0, y=0.0)])
            case self.types.Shape_Label(text):
                return self.types.Shape_Label(text.upper())
        raise AssertionError(shape)

    def divide(self, left: int, right: int) -> int:
        if right == 0:
            raise Err("division by zero")
        return left // right

    def next(self, value: int) -> int:
        self.calls += 1
        return value + 1

    def locate(self, name: str) -> Any:
        return self.types.Point(x=1.0, y=2.0) if name == "home" else None
