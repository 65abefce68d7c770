"""A host and a caller of tests/codegen/number-lists, whose lists of numbers are buffers."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from dovetail import Buffer, NumberBuffer, Ok, Store
from numbers_package import NumberLists, NumberListsImports
from numbers_package.imports import signals


class Signals:
    """Fits the Protocol `signals.Signals`: what it is called with are buffers, what it gives is any sequence or buffer."""

    def shorts(self, numbers: NumberBuffer[int]) -> Sequence[int]:
        return numbers[1:]

    def bytes(self, numbers: NumberBuffer[int]) -> Buffer:
        return memoryview(numbers)

    def words(self, numbers: Sequence[int]) -> list[int]:
        return [number + 1 for number in numbers]

    def unsigned(self, numbers: Buffer) -> Buffer:
        return numbers

    def tick(self, ticks: signals.Ticks) -> signals.Ticks:
        return ticks

    def checked(self, numbers: NumberBuffer[float]) -> array[float]:
        return array("d", numbers)

    def measure(self, signal: signals.Signal) -> signals.Signal:
        return signal

    def sort(self, samples: list[signals.Sample]) -> list[signals.Sample]:
        return samples

    def switches(self, switches: list[bool]) -> list[bool]:
        return switches

    def four(self, numbers: NumberBuffer[int]) -> tuple[int, ...]:
        return tuple(numbers)

    def eight(self, numbers: tuple[NumberBuffer[int], list[str]]) -> tuple[NumberBuffer[int], list[str]]:
        return numbers


def total(world: NumberLists) -> float:
    made: NumberBuffer[float] = world.signals.checked(array("d", [0.5]))
    first: float = made[0]
    rest: NumberBuffer[float] = made[1:]
    plain: list[float] = made.tolist()
    return first + sum(rest) + sum(plain) + memoryview(made).nbytes


def signal(name: str) -> signals.Signal:
    floats = NumberBuffer("f", [0.5])
    return signals.Signal(
        name=name,
        samples=floats,
        spectrum=None,
        rows=[NumberBuffer("i", [1, 2])],
        raw=b"",
        calibration=NumberBuffer("d", [1, 2, 3]),
        by_name={"a": NumberBuffer("Q", b"\0" * 8)},
    )


def run() -> None:
    with Store() as store:
        world = NumberLists(store, NumberListsImports(signals=Signals()))
        print(total(world), signal("x"), Ok(1))
