"""Lists of numbers as buffers, in both directions and inside of every kind of value."""

from __future__ import annotations

import copy
import importlib
import json
import pickle
from array import array
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy
import pytest
from dovetail import CompileError, Err, NumberBuffer, Store, bindgen

NAMES = ["shorts", "bytes", "words", "unsigned", "tick", "checked", "measure", "sort", "switches", "four", "eight"]


class Host:
    """Keeps what it is called with, and gives it back."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def take(self, value: Any) -> Any:
        self.seen.append(value)
        return value


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def signals(case: ModuleType, host: Host) -> Iterator[Any]:
    with Store() as store:
        given = SimpleNamespace(**dict.fromkeys(NAMES, host.take))
        yield case.NumberLists(store, case.NumberListsImports(signals=given)).signals


@pytest.mark.parametrize(
    ("function", "format", "numbers"),
    [
        ("bytes", "b", [-128, 127]),
        ("shorts", "h", [-32768, 0, 32767]),
        ("words", "H", [0, 65535]),
        ("tick", "I", [2**32 - 1, 1, 2]),
        ("unsigned", "Q", [2**64 - 1]),
        ("checked", "d", [0.5, -1e300]),
        ("four", "I", [1, 2, 3, 4]),
        ("checked", "d", []),
    ],
)
def test_both_sides_get_buffers(signals: Any, host: Host, function: str, format: str, numbers: Sequence[float]) -> None:
    for given in (numbers, tuple(numbers), array(format, numbers), numpy.array(numbers, dtype=format)):
        result = getattr(signals, function)(given)
        for made in (host.seen[-1], result):
            assert type(made) is NumberBuffer
            assert (made.format, made.itemsize, len(made)) == (format, array(format).itemsize, len(numbers))
            assert made.tolist() == list(made) == list(numbers)
            assert made == NumberBuffer(format, numbers)
    assert result is not host.seen[-1]


def test_numpy_makes_no_copy(signals: Any) -> None:
    result = signals.checked(numpy.arange(1000, dtype="d"))
    seen = numpy.frombuffer(result)
    assert seen.dtype == numpy.dtype("d") and seen.flags.writeable and not seen.flags.owndata
    seen[:] *= 2
    assert result[999] == 1998.0
    assert numpy.asarray(result).__array_interface__["data"] == seen.__array_interface__["data"]
    del result
    assert seen.sum() == 999000.0


def test_inside_of_other_values(signals: Any, part: Callable[[str], ModuleType]) -> None:
    types = part("imports.signals")
    signal = types.Signal(
        name="x",
        samples=array("f", [0.5]),
        spectrum=None,
        rows=[[1, 2], array("i", [3])],
        raw=b"raw",
        calibration=(1.0, 2.0, 3.0),
        by_name={"a": [2**40]},
    )
    made = signals.measure(signal)
    assert made.samples == NumberBuffer("f", [0.5])
    assert made.spectrum is None
    assert made.rows == [NumberBuffer("i", [1, 2]), NumberBuffer("i", [3])]
    assert made.raw == b"raw"
    assert made.calibration == NumberBuffer("d", [1.0, 2.0, 3.0])
    assert made.by_name == {"a": NumberBuffer("Q", [2**40])}
    samples = [types.Sample_Integers([-1]), types.Sample_Floats([0.5]), types.Sample_Text(["a"])]
    integers, floats, text = signals.sort(samples)
    assert (integers.value, floats.value, text.value) == (NumberBuffer("q", [-1]), NumberBuffer("d", [0.5]), ["a"])
    assert signals.eight(([1], ["x"])) == (NumberBuffer("i", [1]), ["x"])
    assert signals.switches([True, False]) == [True, False]


def test_errors_carry_buffers(signals: Any, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = Err([0.5])

    def fail(value: Any) -> Any:
        raise failing

    monkeypatch.setattr(host, "take", fail)
    with Store() as store:
        import cases.number_lists as package

        given = SimpleNamespace(**dict.fromkeys(NAMES, fail))
        world = package.NumberLists(store, package.NumberListsImports(signals=given))
        with pytest.raises(Err) as caught:
            world.signals.checked([])
    assert caught.value.value == NumberBuffer("f", [0.5])


def test_a_damaged_plan_makes_no_buffers_of_other_lists(
    guest: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = bindgen.generate(guest("cases/number-lists").read_bytes(), name="damaged_numbers", number_lists="buffer")
    plan = json.loads(package.files["damaged_numbers.plan.json"])
    faces = plan["binding"]["faces"]
    plan["binding"]["faces"] = ["NumberBuffer" if face == "Structural" else face for face in faces]
    package.files["damaged_numbers.plan.json"] = json.dumps(plan).encode()
    bindgen.write(package, tmp_path / "damaged_numbers")
    monkeypatch.syspath_prepend(str(tmp_path))
    damaged = importlib.import_module("damaged_numbers")
    given = SimpleNamespace(**dict.fromkeys(NAMES, lambda value: value))
    with Store() as store, pytest.raises(CompileError, match="is damaged: list<.*> has the face NumberBuffer"):
        damaged.DamagedNumbers(store, damaged.DamagedNumbersImports(signals=given))


def test_a_sequence() -> None:
    numbers = NumberBuffer("h", [3, 1, 2, 1])
    assert isinstance(numbers, Sequence)
    assert (numbers[0], numbers[-1], numbers[1:3], numbers[::-2]) == (
        3,
        1,
        NumberBuffer("h", [1, 2]),
        NumberBuffer("h", [1, 1]),
    )
    assert (2 in numbers, 7 in numbers, numbers.count(1), numbers.index(1), numbers.index(1, 2)) == (
        True,
        False,
        2,
        1,
        3,
    )
    assert list(reversed(numbers)) == [1, 2, 1, 3]
    assert repr(numbers) == "NumberBuffer('h', [3, 1, 2, 1])"
    with pytest.raises(IndexError, match="out of range"):
        _ = numbers[4]
    with pytest.raises(TypeError, match="expected int or slice, got str"):
        _ = numbers["a"]  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="not in list"):
        numbers.index(7)


def test_equality() -> None:
    assert NumberBuffer("h", [1, 2]) == NumberBuffer("d", [1.0, 2.0])
    assert NumberBuffer("h", [1, 2]) != NumberBuffer("h", [1, 3])
    assert NumberBuffer("h", [1]) != NumberBuffer("h", [1, 1])
    assert NumberBuffer("d", [float("nan")]) != NumberBuffer("d", [float("nan")])
    assert NumberBuffer("h", [1]) != [1]
    with pytest.raises(TypeError, match="unhashable"):
        hash(NumberBuffer("h", [1]))


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickling(protocol: int) -> None:
    numbers = NumberBuffer("I", [1, 2, 3])
    assert pickle.loads(pickle.dumps(numbers, protocol)) == numbers
    if protocol >= 5:
        buffers: list[pickle.PickleBuffer] = []
        pickled = pickle.dumps(numbers, protocol, buffer_callback=buffers.append)
        assert len(buffers) == 1
        assert pickle.loads(pickled, buffers=buffers) == numbers


def test_copies_are_apart() -> None:
    numbers = NumberBuffer("I", [1, 2, 3])
    for other in (copy.copy(numbers), copy.deepcopy(numbers), NumberBuffer("I", numbers)):
        memoryview(other)[0] = 9
        assert (numbers[0], other[0]) == (1, 9)


@pytest.mark.parametrize(
    ("format", "numbers", "error", "text"),
    [
        ("B", [1], ValueError, '`format`: expected one of b, H, h, I, i, Q, q, f, d, got "B"'),
        ("h", [40000], OverflowError, "expected s16"),
        ("h", ["a"], TypeError, "expected int, got str"),
        ("h", array("d", [1.0]), TypeError, "expected a buffer with items `h`, got array"),
        ("h", b"abc", ValueError, "expected a multiple of 2 bytes"),
        ("h", 1, TypeError, "not iterable"),
    ],
)
def test_what_cannot_be_one(format: Any, numbers: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error) as caught:
        NumberBuffer(format, numbers)
    assert text in str(caught.value)
