"""Types, functions and a resource of the world itself."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from dovetail import Store


class Sensor:
    """The world's own resource, which the host keeps."""

    def __init__(self, name: str) -> None:
        self.name = name

    def read(self) -> float:
        return 1.5

    @staticmethod
    def calibrate(points: list[Any]) -> Sensor:
        return Sensor("calibrated")


def test_functions_of_the_world(case: ModuleType, part: Callable[[str], ModuleType]) -> None:
    types = part("imports.types")

    def run(points: list[Any], item: Any) -> Any:
        if not points:
            raise case.FailureRaised(case.Failure_Why(item.name))
        return points[0]

    def check(bits: Any) -> None:
        if bits:
            raise case.DifficultyRaised(types.Trouble_Some(bits.value))

    imports = case.WorldLevelImports_(
        log=lambda message, points: None,
        fetch=lambda key: b"",
        now=lambda: 1,
        console=SimpleNamespace(write=lambda data: None),
        run=run,
        use_sensor=lambda sensor, other: sensor if other.name == "other" else None,
        check=check,
        list=lambda a: [str(item) for item in a],
        nothing=lambda: None,
        shed=SimpleNamespace(hammer=lambda force: force > 1),
        sensor=Sensor,
    )
    with Store() as store:
        world = case.WorldLevelWorld(store, imports)
        point = case.Point(x=-1, y=2)
        assert world.run([point], types.Item(name="i")) == point
        with pytest.raises(case.FailureRaised) as caught:
            world.run([], types.Item(name="reason"))
        assert caught.value.value == case.Failure_Why("reason")
        with pytest.raises(case.DifficultyRaised):
            world.check(case.Bits.ONE | case.Bits.TWO)
        world.check(case.Bits(0))
        sensor, other = Sensor("one"), Sensor("other")
        assert world.use_sensor(sensor, other) is sensor
        assert world.use_sensor(sensor, Sensor("third")) is None
        assert world.list([1, 2]) == ["1", "2"]
        assert world.nothing() is None
        assert world.tools.hammer(2.0) is True
