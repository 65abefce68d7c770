"""A Rust guest with every kind of type: what goes through it comes back equal, and what does not fit is refused by its name."""

from __future__ import annotations

import array
import math
import struct
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from dovetail import Err, Ok, Some, Store
from everything_host import Counter, Host


@pytest.fixture(scope="module")
def module(package: Callable[[str], ModuleType]) -> ModuleType:
    """The generated package."""
    return package("everything")


@pytest.fixture
def host(module: ModuleType) -> Host:
    """The host's interface."""
    Counter.dropped = 0
    return Host(module)


@pytest.fixture
def world(module: ModuleType, host: Host) -> Iterator[Any]:
    """The component in a store."""
    with Store() as store:
        yield module.Everything(store, module.EverythingImports(host=host))


PLAIN: list[tuple[str, list[Any]]] = [
    ("boolean", [True, False]),
    ("unsigned8", [0, 255]),
    ("signed8", [-128, 127]),
    ("unsigned16", [0, 65535]),
    ("signed16", [-32768, 32767]),
    ("unsigned32", [0, 2**32 - 1]),
    ("signed32", [-(2**31), 2**31 - 1]),
    ("unsigned64", [0, 2**64 - 1]),
    ("signed64", [-(2**63), 2**63 - 1]),
    ("float32", [0.0, -1.5, math.inf, 2.0**-149]),
    ("float64", [0.1, -math.inf, 5e-324, 1.7976931348623157e308]),
    ("character", ["a", "é", "\0", "\ud7ff", "\U0010ffff", "🧀"]),
    ("text", ["", "ascii", "Grüße", "日本語", "🧀" * 100, "a\0b", "é" * 5000]),
    ("alias", ["name"]),
    ("bytes", [b"", bytes(range(256)), b"\xff" * 100_000]),
    ("floats", [[], [0.5, -0.0, math.inf]]),
    ("words", [[], [0, 65535]]),
    ("texts", [[], ["", "é", "x" * 1000]]),
    ("lists", [[], [[]], [[1, 2], [], [2**32 - 1]]]),
    ("pair", [(7, "seven")]),
    ("maybe", [None, "", "some"]),
    ("perhaps", [None, Some(None), Some(3)]),
    ("outcomes", [[], [Ok(1), Err("no"), Ok(0)]]),
]


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in PLAIN for value in values])
def test_plain_values_come_back_equal(world: Any, name: str, value: Any) -> None:
    back = getattr(world.echo, name)(value)
    assert back == value
    assert type(back) is type(value)


def test_generated_types_come_back_equal(world: Any, module: ModuleType) -> None:
    types = module.imports.types
    point = types.Point(x=1.0, y=-2.0)
    nested = types.Nested(name="n", corners=(point, point), labels=[["a"], []], parent=2**63)
    many = types.Many.A0 | types.Many.A8
    cases = [
        ("a_point", point),
        ("points", [point] * 1000),
        ("a_nested", nested),
        ("a_shape", types.Shape_Empty()),
        ("a_shape", types.Shape_Polygon([point, point])),
        (
            "shapes",
            [types.Shape_Circle(1.0), types.Shape_Label("é"), types.Shape_Empty()],
        ),
        ("a_colour", types.Colour.BLUE),
        ("an_access", types.Access(0)),
        ("an_access", types.Access.READ | types.Access.EXECUTE),
        ("a_many", many),
    ]
    for name, value in cases:
        back = getattr(world.echo, name)(value)
        assert back == value, name
        assert type(back) is type(value)


def test_nans_stay_nans_and_zero_keeps_its_sign(world: Any) -> None:
    assert math.isnan(world.echo.float64(math.nan))
    assert math.isnan(world.echo.float32(math.nan))
    assert math.copysign(1, world.echo.float64(-0.0)) == -1


def test_seventeen_parameters_spill_into_memory(world: Any) -> None:
    said = world.echo.seventeen(1, 2, 3, 4, -5, -6, -7, -8, 0.5, 1.5, "k", True, "m", 14, 15, 16, 17)
    assert said == "1 2 3 4 -5 -6 -7 -8 0.5 1.5 k true m 14 15 16 17"
    assert world.echo.seventeen(*range(1, 9), 9.0, 10.0, k="k", l=False, m="", n=0, o=0, p=0, q=0).endswith(
        "k false  0 0 0 0"
    )


def test_results(world: Any, module: ModuleType) -> None:
    types = module.imports.types
    assert world.echo.attempt(None) == "fine"
    for failure in (
        types.Failure_Denied(),
        types.Failure_NotFound("x"),
        types.Failure_Code(-1),
    ):
        with pytest.raises(types.FailureRaised) as caught:
            world.echo.attempt(failure)
        assert caught.value.value == failure
    assert world.echo.attempt_unit(False) is None
    with pytest.raises(Err) as unit:
        world.echo.attempt_unit(True)
    assert unit.value.value is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bytes", bytearray(b"abc")),
        ("bytes", memoryview(b"abc")),
        ("bytes", memoryview(b"aXbXcX")[::2]),
        ("bytes", array.array("B", b"abc")),
        ("bytes", [97, 98, 99]),
        ("bytes", (97, 98, 99)),
    ],
)
def test_bytes_are_accepted_from_every_buffer(world: Any, name: str, value: Any) -> None:
    assert getattr(world.echo, name)(value) == b"abc"


def test_lists_of_numbers_are_accepted_from_sequences_and_buffers(world: Any) -> None:
    numpy = pytest.importorskip("numpy")
    assert world.echo.floats((1, 2.5)) == [1.0, 2.5]
    assert world.echo.floats(array.array("d", [1.0, 2.5])) == [1.0, 2.5]
    assert world.echo.floats(numpy.array([1.0, 2.5, 4.0])[::2]) == [1.0, 4.0]
    assert world.echo.words(numpy.array([1, 2], dtype="<u2")) == [1, 2]
    assert world.echo.texts(("a", "b")) == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "value", "error", "text"),
    [
        ("unsigned8", 256, OverflowError, "u8"),
        ("unsigned8", -1, OverflowError, "u8"),
        ("signed8", 128, OverflowError, "s8"),
        ("unsigned16", 65536, OverflowError, "u16"),
        ("signed16", -32769, OverflowError, "s16"),
        ("unsigned32", -1, OverflowError, "u32"),
        ("signed32", 2**31, OverflowError, "s32"),
        ("unsigned64", 2**64, OverflowError, "u64"),
        ("signed64", -(2**63) - 1, OverflowError, "s64"),
        ("signed64", 10**100, OverflowError, "s64"),
        ("float32", 1e39, OverflowError, "f32"),
        ("unsigned8", "1", TypeError, "str"),
        ("unsigned8", 1.0, TypeError, "float"),
        ("unsigned8", None, TypeError, "None"),
        ("boolean", 1, TypeError, "bool"),
        ("float64", "1", TypeError, "str"),
        ("character", "ab", ValueError, "char"),
        ("character", "", ValueError, "char"),
        ("character", "\ud800", ValueError, "surrogate"),
        ("character", 97, TypeError, "int"),
        ("text", "\udcff", ValueError, "surrogate"),
        ("text", b"bytes", TypeError, "bytes"),
        ("bytes", "text", TypeError, "str"),
        ("bytes", [256], OverflowError, "u8"),
        ("texts", "text", TypeError, "str"),
        ("texts", ["a", 1], TypeError, "int"),
        ("lists", [[1], [-1]], OverflowError, "u32"),
        ("pair", (1,), ValueError, "2"),
        ("pair", [1, 2, 3], (TypeError, ValueError), ""),
        ("a_point", object(), TypeError, "Point"),
        ("a_colour", 2, TypeError, "Colour"),
        ("an_access", 3, TypeError, "Access"),
        ("a_shape", 1.0, TypeError, "Shape"),
        ("outcomes", [1], TypeError, "Ok"),
    ],
)
def test_values_that_do_not_fit_are_refused(world: Any, name: str, value: Any, error: Any, text: str) -> None:
    with pytest.raises(error) as caught:
        getattr(world.echo, name)(value)
    assert type(caught.value) in (error if isinstance(error, tuple) else (error,))
    assert text in str(caught.value)
    assert world.echo.unsigned8(1) == 1, "the component can be called again"


def test_wrong_arguments_are_named(world: Any) -> None:
    with pytest.raises(TypeError, match="unsigned8"):
        world.echo.unsigned8()
    with pytest.raises(TypeError, match="unsigned8"):
        world.echo.unsigned8(1, 2)
    with pytest.raises(TypeError, match="wrong"):
        world.echo.unsigned8(wrong=1)
    assert world.echo.unsigned8(v=1) == 1


def test_the_argument_is_named_in_the_message(world: Any, module: ModuleType) -> None:
    with pytest.raises(TypeError, match="`v`"):
        world.echo.unsigned8("x")
    nested = module.imports.types.Nested(name="n", corners=(1, 2), labels=[], parent=None)
    with pytest.raises(TypeError, match="corners"):
        world.echo.a_nested(nested)


def test_imports(world: Any, host: Host) -> None:
    assert world.ask_transform("circle") == "circle 3"
    assert world.ask_transform("polygon") == "polygon of 3 points"
    assert world.ask_transform("label") == "label NÄIVE"
    assert world.ask_transform("") == "label nothing"
    assert world.ask_divide(7, 2) == 3
    with pytest.raises(Err, match="division by zero"):
        world.ask_divide(1, 0)
    assert world.ask_locate("home") == (1.0, 2.0)
    assert world.ask_locate("away") is None
    assert host.messages == ["locating home", "locating away"]
    assert world.call_host(1000) == 1000
    assert host.calls == 1000


@pytest.mark.parametrize("error", [KeyError("x"), KeyboardInterrupt(), SystemExit(3), Err("not declared")])
def test_an_exception_of_the_host_comes_out_as_the_same_object(world: Any, host: Host, error: BaseException) -> None:
    host.raises = error
    with pytest.raises(BaseException) as caught:
        world.ask_locate("home")
    assert caught.value is error
    assert any(frame.name == "notify" for frame in caught.traceback)


@pytest.mark.parametrize(
    ("wrong", "error"), [(-1, OverflowError), (2**32, OverflowError), ("1", TypeError), (None, TypeError)]
)
def test_a_result_of_the_host_that_does_not_fit_is_refused(
    module: ModuleType, wrong: Any, error: type[Exception]
) -> None:
    class Wrong(Host):
        def next(self, value: int) -> Any:
            return wrong

    with Store() as store:
        world = module.Everything(store, module.EverythingImports(host=Wrong(module)))
        with pytest.raises(error):
            world.call_host(1)


def test_resources_of_the_component(world: Any) -> None:
    counters = world.counters
    with counters.Accumulator("a") as a, counters.Accumulator("b") as b:
        a.add(1.5)
        b.add(4.0)
        assert counters.alive() == 2
        assert counters.Accumulator.larger(a, b) == "b"
        a.absorb(b)
        assert a.total() == 5.5
        assert counters.alive() == 1
        parts = a.split(3)
        assert [part.name() for part in parts] == ["a-0", "a-1", "a-2"]
        assert counters.alive() == 4
        for part in parts:
            part.drop()
    assert counters.alive() == 0


def test_an_owned_handle_cannot_be_given_twice(world: Any) -> None:
    accumulator = world.counters.Accumulator("a")
    with pytest.raises(ValueError):
        accumulator.absorb(accumulator)
    other = world.counters.Accumulator("b")
    other.absorb(accumulator)
    with pytest.raises(ValueError, match="given away"):
        other.absorb(accumulator)


def test_resources_of_the_host_keep_their_identity(world: Any) -> None:
    counters = world.counters
    counter = Counter(10)
    assert counters.peek(counter) == 10
    assert counters.bump(counter, 3) is counter
    assert counter.count == 13
    assert counters.use_counters(1, 2) == 3
    counters.keep(counter)
    assert counters.release() is counter
    assert counters.release() is None
    counters.keep(counter)
    dropped = Counter.dropped
    counters.keep(Counter(1))
    assert Counter.dropped == dropped + 1, "the guest dropped the counter that it had kept"


def test_a_wrong_object_for_a_resource_is_refused(world: Any) -> None:
    for wrong in (3, None, "counter"):
        with pytest.raises(TypeError):
            world.counters.peek(wrong)
    with pytest.raises(TypeError):
        world.counters.Accumulator.larger(Counter(1), Counter(2))


def test_a_resource_of_another_store_is_refused(world: Any, module: ModuleType) -> None:
    with Store() as store:
        other = module.Everything(store, module.EverythingImports(host=Host(module)))
        foreign = other.counters.Accumulator("foreign")
        mine = world.counters.Accumulator("mine")
        with pytest.raises((TypeError, ValueError), match="store|instance|resource"):
            mine.absorb(foreign)


def test_many_bytes(world: Any) -> None:
    data = struct.pack("<I", 0xDEADBEEF) * 262_144
    assert world.echo.bytes(data) == data
    assert world.length(data) == len(data)
    assert world.echo.text("x" * 1_000_000) == "x" * 1_000_000
