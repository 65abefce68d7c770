"""Values that do not fit: refused with the right class of exception and a text that names the place, whatever code of the
caller runs in the middle; nothing wraps, nothing crashes, and the component can be called again."""

from __future__ import annotations

import array
import collections
import dataclasses
import enum
import types as python_types
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from dovetail import Err, Ok, Some

INTEGERS = {
    "unsigned8": ("u8", 0, 2**8 - 1),
    "signed8": ("s8", -(2**7), 2**7 - 1),
    "unsigned16": ("u16", 0, 2**16 - 1),
    "signed16": ("s16", -(2**15), 2**15 - 1),
    "unsigned32": ("u32", 0, 2**32 - 1),
    "signed32": ("s32", -(2**31), 2**31 - 1),
    "unsigned64": ("u64", 0, 2**64 - 1),
    "signed64": ("s64", -(2**63), 2**63 - 1),
}


class Index:
    """An object whose `__index__` gives (or raises) the next of some answers."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    def __index__(self) -> int:
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        number: int = answer
        return number


class Claiming:
    """A sequence of ones that claims a length."""

    def __init__(self, length: Any, items: int | None = None) -> None:
        self.length = length
        self.items = length if items is None else items

    def __len__(self) -> int:
        length: int = self.length
        return length

    def __getitem__(self, number: int) -> int:
        if number >= self.items:
            raise IndexError
        return 1


def refused(call: Callable[[], object], error: type[BaseException], text: str) -> None:
    """The call raises exactly this class with exactly this text."""
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error
    assert str(caught.value) == text


@pytest.fixture
def echo(world: Any) -> Iterator[Any]:
    """The interface, which must work as before after each test."""
    yield world.echo
    assert world.echo.texts(["still", "here"]) == ["still", "here"]


@pytest.mark.parametrize("name", INTEGERS)
@pytest.mark.parametrize("beyond", [1, 2**64, 10**30])
def test_integers_never_wrap(echo: Any, name: str, beyond: int) -> None:
    kind, least, most = INTEGERS[name]
    call = getattr(echo, name)
    for value in (least - beyond, most + beyond):
        for given in (value, Index(value)):
            refused(
                lambda given=given: call(given),  # type: ignore[misc]
                OverflowError,
                f"`{name}` argument `v`: expected {kind} ({least} to {most}), got {value}",
            )
    assert call(Index(most)) == most
    assert call(least) == least


@pytest.mark.parametrize(("value", "error"), [(-1, OverflowError), (2**32, OverflowError), (2**80, OverflowError)])
def test_integers_of_the_host_never_wrap(make: Any, value: int, error: type[Exception]) -> None:
    world = make(next=lambda self, number: value)
    refused(
        lambda: world.call_host(1),
        error,
        f"result of `host.next`: expected u32 (0 to 4294967295), got {value}",
    )


@pytest.mark.parametrize(("value", "found"), [("1", "str"), (None, "NoneType"), (1.0, "float"), (1j, "complex")])
def test_wrong_types_of_the_host_are_named(make: Any, value: Any, found: str) -> None:
    world = make(next=lambda self, number: value)
    refused(lambda: world.call_host(1), TypeError, f"result of `host.next`: expected int, got {found}")


def test_the_place_in_a_result_of_the_host_is_named(make: Any, everything: ModuleType) -> None:
    world = make(locate=lambda self, name: everything.imports.types.Point(x=1.0, y="north"))
    refused(
        lambda: world.ask_locate("home"),
        TypeError,
        "result of `host.locate`: option payload: `y`: expected float, got str",
    )


def test_huge_integers_are_not_written_out(echo: Any) -> None:
    refused(
        lambda: echo.unsigned64(10**5000),
        OverflowError,
        "`unsigned64` argument `v`: expected u64 (0 to 18446744073709551615), got a number of too many digits",
    )


def test_an_integer_enum_is_an_integer(echo: Any) -> None:
    class Number(enum.IntEnum):
        FEW = 3
        MANY = 300

    assert echo.unsigned8(Number.FEW) == 3
    refused(
        lambda: echo.unsigned8(Number.MANY), OverflowError, "`unsigned8` argument `v`: expected u8 (0 to 255), got 300"
    )


def test_index_is_asked_once(echo: Any) -> None:
    """An object that answers otherwise the second time is judged by its first answer."""
    for name in ("unsigned8", "unsigned64"):
        kind, least, most = INTEGERS[name]
        refused(
            lambda name=name, most=most: getattr(echo, name)(Index(most + 1, 3)),  # type: ignore[misc]
            OverflowError,
            f"`{name}` argument `v`: expected {kind} ({least} to {most}), got {most + 1}",
        )
        assert getattr(echo, name)(Index(3, KeyboardInterrupt())) == 3


@pytest.mark.parametrize("error", [KeyError("k"), KeyboardInterrupt(), SystemExit(4), OverflowError("mine")])
def test_exceptions_of_index_come_out_unchanged(echo: Any, error: BaseException) -> None:
    for call in (
        lambda: echo.unsigned8(Index(error)),
        lambda: echo.unsigned64(Index(error)),
        lambda: echo.lists([[1, Index(error)]]),
        lambda: echo.bytes([Index(error)]),
    ):
        with pytest.raises(BaseException) as caught:
            call()
        assert caught.value is error
        assert caught.traceback[-1].name == "__index__"


def test_an_index_that_is_no_integer(echo: Any) -> None:
    with pytest.raises(TypeError, match="__index__ returned non-int"):
        echo.unsigned8(Index("7"))


def test_bool_is_an_int_but_no_int_is_a_bool(echo: Any) -> None:
    assert echo.unsigned8(True) == 1
    for value in (0, 1, None, "yes", Index(1)):
        with pytest.raises(TypeError, match="expected bool, got"):
            echo.boolean(value)


def test_floats(echo: Any) -> None:
    class Float:
        def __init__(self, answer: Any) -> None:
            self.answer = answer

        def __float__(self) -> float:
            if isinstance(self.answer, BaseException):
                raise self.answer
            number: float = self.answer
            return number

    assert echo.float64(Float(1.5)) == 1.5
    assert echo.float64(Index(3)) == 3.0
    refused(lambda: echo.float64(10**400), OverflowError, "`float64` argument `v`: the number is too large for f64")
    refused(lambda: echo.float32(1e39), OverflowError, "`float32` argument `v`: 1e39 is too large for f32")
    refused(lambda: echo.float64(1j), TypeError, "`float64` argument `v`: expected float, got complex")
    refused(lambda: echo.float64("1"), TypeError, "`float64` argument `v`: expected float, got str")
    with pytest.raises(TypeError, match="__float__ returned non-float"):
        echo.float64(Float("x"))
    stop = SystemExit(4)
    with pytest.raises(SystemExit) as caught:
        echo.float64(Float(stop))
    assert caught.value is stop


LONE = "the string contains a lone surrogate, which is no character"


def test_text(echo: Any) -> None:
    assert echo.text("a\0b") == "a\0b"
    assert echo.character("\0") == "\0"
    refused(lambda: echo.text("\udcff"), ValueError, f"`text` argument `v`: {LONE}")
    refused(lambda: echo.character("\ud800"), ValueError, f"`character` argument `v`: {LONE}")
    refused(lambda: echo.texts(["ok", "a\udfff"]), ValueError, f"`texts` argument `v`: element 1: {LONE}")
    for text, count in (("", 0), ("ab", 2), ("e\u0301", 2)):
        refused(
            lambda text=text: echo.character(text),  # type: ignore[misc]
            ValueError,
            f"`character` argument `v`: expected one character, got a string of {count}",
        )


def test_text_of_the_host(make: Any, everything: ModuleType) -> None:
    label = everything.imports.types.Shape_Label
    world = make(transform=lambda self, shape: label("\ud83e"))
    refused(lambda: world.ask_transform(""), ValueError, f"result of `host.transform`: case `label`: {LONE}")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ((text for text in "ab"), "generator"),
        ({"a"}, "set"),
        ({"a": 1}, "dict"),
        ({"a": 1}.keys(), "dict_keys"),
        (collections.UserDict({0: "a"}), "UserDict"),
        (python_types.MappingProxyType({0: "a"}), "mappingproxy"),
        ("ab", "str"),
        (type("Text", (str,), {})("ab"), "Text"),
        (None, "NoneType"),
        (iter(["a"]), "list_iterator"),
        (list, "type"),
    ],
)
def test_what_is_no_sequence(echo: Any, value: Any, found: str) -> None:
    refused(lambda: echo.texts(value), TypeError, f"`texts` argument `v`: expected a sequence, got {found}")


@pytest.mark.parametrize("make_list", [list, tuple, collections.deque, collections.UserList, type("L", (list,), {})])
def test_what_is_a_sequence(echo: Any, make_list: Callable[[list[str]], Any]) -> None:
    assert echo.texts(make_list(["a", "b"])) == ["a", "b"]


def test_lengths_that_lie(echo: Any) -> None:
    changed = "the sequence changed its length while it was converted"
    refused(lambda: echo.bytes(Claiming(3, items=1)), ValueError, f"`bytes` argument `v`: {changed}")
    for length in (2**40, 2**62):
        refused(
            lambda length=length: echo.bytes(Claiming(length)),  # type: ignore[misc]
            ValueError,
            f"`bytes` argument `v`: a list of {length} elements is larger than 268435455 bytes",
        )
    with pytest.raises(ValueError, match="__len__"):
        echo.bytes(Claiming(-1))
    with pytest.raises(TypeError):
        echo.bytes(Claiming("x"))
    with pytest.raises(OverflowError):
        echo.bytes(Claiming(2**70))


def test_lists_that_change_while_they_are_converted(echo: Any) -> None:
    numbers: list[Any] = []

    class Acting:
        def __init__(self, act: Callable[[], object]) -> None:
            self.act = act

        def __index__(self) -> int:
            self.act()
            return 1

    changed = "`lists` argument `v`: element 0: the sequence changed its length while it was converted"
    for act in (numbers.clear, lambda: numbers.append(1), lambda: numbers.pop()):
        numbers[:] = [Acting(act), 2, 3]
        refused(lambda: echo.lists([numbers]), ValueError, changed)
    numbers[:] = [Acting(lambda: numbers.__setitem__(1, 7)), 2]
    assert echo.lists([numbers]) == [[1, 7]]
    numbers[:] = [Acting(lambda: numbers.__setitem__(1, None)), 2]
    refused(
        lambda: echo.lists([numbers]),
        TypeError,
        "`lists` argument `v`: element 0: element 1: expected int, got NoneType",
    )


def test_the_store_is_not_entered_while_a_value_is_converted(world: Any) -> None:
    class Calling:
        def __index__(self) -> int:
            in_use = "the store is in use: a value is being converted for it"
            refused(lambda: world.add(1, 2), RuntimeError, in_use)
            return 1

    assert world.echo.unsigned8(Calling()) == 1


def test_buffers(echo: Any) -> None:
    released = memoryview(b"abc")
    released.release()
    with pytest.raises(ValueError, match=r"`bytes` argument `v`: memoryview does not give its buffer: .*released"):
        echo.bytes(released)
    refused(
        lambda: echo.bytes(memoryview(b"abcd").cast("B", (2, 2))),
        ValueError,
        "`bytes` argument `v`: expected a buffer of one dimension, got 2 dimensions",
    )
    for name, code, value, found in (
        ("bytes", "B", array.array("H", [1]), "array with `H`"),
        ("bytes", "B", array.array("b", [1]), "array with `b`"),
        ("floats", "d", array.array("f", [1]), "array with `f`"),
        ("floats", "d", array.array("q", [1]), "array with `q`"),
        ("words", "H", b"ab", "bytes with `B`"),
    ):
        refused(
            lambda name=name, value=value: getattr(echo, name)(value),  # type: ignore[misc]
            TypeError,
            f"`{name}` argument `v`: expected a buffer with items `{code}`, got {found}",
        )
    backwards = memoryview(array.array("d", [1.0, 2.0, 3.0]))[::-1]
    assert echo.floats(backwards) == [3.0, 2.0, 1.0]
    growing = bytearray(b"abc")
    assert echo.bytes(growing) == b"abc"
    growing.extend(b"d")  # The buffer was given back.


def test_records(echo: Any, everything: ModuleType) -> None:
    types = everything.imports.types
    point = types.Point(x=1.0, y=2.0)
    nested = types.Nested(name="n", corners=(point, point), labels=[["a"], ["b", 3]], parent=None)
    for value, found in ((nested, "Nested"), ((1.0, 2.0), "tuple"), ({"x": 1.0}, "dict"), (types.Point, "type")):
        refused(
            lambda value=value: echo.a_point(value),  # type: ignore[misc]
            TypeError,
            f"`a_point` argument `v`: expected Point, got {found}",
        )
    refused(
        lambda: echo.a_nested(nested),
        TypeError,
        "`a_nested` argument `v`: `labels`: element 1: element 1: expected str, got int",
    )
    refused(
        lambda: echo.points([point, types.Point(x=1.0, y="2")]),
        TypeError,
        "`points` argument `v`: element 1: `y`: expected float, got str",
    )


def test_subclasses_of_records(echo: Any, everything: ModuleType) -> None:
    point_class = everything.imports.types.Point

    @dataclasses.dataclass(frozen=True)
    class Tall(point_class):  # type: ignore[misc, valid-type]
        z: float = 0.0

    class Computed(point_class):  # type: ignore[misc, valid-type]
        @property
        def x(self) -> float:
            return 7.0

    class Raising(point_class):  # type: ignore[misc, valid-type]
        @property
        def x(self) -> float:
            raise KeyError("mine")

    back = echo.a_point(Tall(1.0, 2.0))
    assert type(back) is point_class
    computed = Computed.__new__(Computed)
    object.__setattr__(computed, "y", 2.0)
    assert echo.a_point(computed) == point_class(x=7.0, y=2.0)
    with pytest.raises(KeyError, match="mine"):
        echo.a_point(Raising.__new__(Raising))


def test_values_that_were_never_initialised(echo: Any, everything: ModuleType) -> None:
    types = everything.imports.types
    for name, value, text in (
        ("a_point", types.Point.__new__(types.Point), "Point without its `x`"),
        ("a_shape", types.Shape_Circle.__new__(types.Shape_Circle), "Shape_Circle without its `value`"),
        ("outcomes", [Ok.__new__(Ok)], "element 0: Ok without its `value`"),
        ("perhaps", Some.__new__(Some), "Some without its `value`"),
    ):
        refused(
            lambda name=name, value=value: getattr(echo, name)(value),  # type: ignore[misc]
            TypeError,
            f"`{name}` argument `v`: {text}",
        )


class Liar:
    """Says that it is of the class of something else."""

    def __init__(self, real: object) -> None:
        self.real = real

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return type(self.real)


def test_objects_that_lie_about_their_class(echo: Any, everything: ModuleType) -> None:
    """What `__class__` says decides nothing: reading a slot of an object that has none would read foreign memory."""
    types = everything.imports.types
    cases: list[tuple[str, Any, str]] = [
        ("perhaps", Some(3), "expected Some or None, got Liar"),
        ("outcomes", Ok(3), "element 0: expected Ok or Err, got Liar"),
        ("outcomes", Err("x"), "element 0: expected Ok or Err, got Liar"),
        ("a_point", types.Point(x=1.0, y=1.0), "expected Point, got Liar"),
        (
            "a_shape",
            types.Shape_Circle(1.0),
            "expected Shape_Empty or Shape_Circle or Shape_Polygon or Shape_Label, got Liar",
        ),
        ("a_colour", types.Colour.RED, "expected Colour, got Liar"),
        ("an_access", types.Access.READ, "expected Access, got Liar"),
    ]
    for name, real, text in cases:
        liar = Liar(real)
        assert isinstance(liar, type(real))
        value = [liar] if name == "outcomes" else liar
        refused(
            lambda name=name, value=value: getattr(echo, name)(value),  # type: ignore[misc]
            TypeError,
            f"`{name}` argument `v`: {text}",
        )


def test_enums_and_flags(echo: Any, everything: ModuleType) -> None:
    types = everything.imports.types

    class Colour(enum.Enum):
        RED = 0

    for value, found in ((Colour.RED, Colour.__qualname__), ("red", "str"), (0, "int")):
        refused(
            lambda value=value: echo.a_colour(value),  # type: ignore[misc]
            TypeError,
            f"`a_colour` argument `v`: expected Colour, got {found}",
        )
    refused(lambda: echo.an_access(types.Many.A0), TypeError, "`an_access` argument `v`: expected Access, got Many")
    refused(lambda: echo.an_access(1), TypeError, "`an_access` argument `v`: expected Access, got int")
    everything_but = ~types.Access.READ
    assert echo.an_access(everything_but) is everything_but
    beyond = object.__new__(types.Access)
    beyond._value_ = 8
    refused(
        lambda: echo.an_access(beyond),
        OverflowError,
        "`an_access` argument `v`: 0x8 has bits that Access does not name",
    )


def test_options_and_results(echo: Any) -> None:
    refused(lambda: echo.perhaps(3), TypeError, "`perhaps` argument `v`: expected Some or None, got int")
    refused(
        lambda: echo.perhaps(Some("x")),
        TypeError,
        "`perhaps` argument `v`: option payload: option payload: expected int, got str",
    )
    refused(
        lambda: echo.outcomes([Ok("x")]),
        TypeError,
        "`outcomes` argument `v`: element 0: ok payload: expected int, got str",
    )
    refused(
        lambda: echo.outcomes([Err(3)]),
        TypeError,
        "`outcomes` argument `v`: element 0: error payload: expected str, got int",
    )


def test_tuples(echo: Any) -> None:
    refused(lambda: echo.pair([1, "a"]), TypeError, "`pair` argument `v`: expected a tuple of 2, got list")
    refused(lambda: echo.pair((1,)), ValueError, "`pair` argument `v`: expected a tuple of 2, got one of 1")
    refused(lambda: echo.pair((1, "a", 2)), ValueError, "`pair` argument `v`: expected a tuple of 2, got one of 3")
    named = collections.namedtuple("named", "a b")
    assert echo.pair(named(1, "a")) == (1, "a")


def test_arguments_are_counted_and_named(world: Any) -> None:
    add, eight = world.add, world.echo.unsigned8
    refused(lambda: eight(), TypeError, "`unsigned8(v)` takes 1 argument, got 0")
    refused(lambda: eight(1, 2), TypeError, "`unsigned8(v)` takes 1 argument, got 2")
    refused(lambda: add(1), TypeError, "`add(left, right)` takes 2 arguments, got 1")
    refused(lambda: add(1, wrong=2), TypeError, "`add` has no parameter `wrong`")
    refused(lambda: add(1, left=2), TypeError, "`add` got argument `left` twice")
    refused(lambda: add(left=2), TypeError, "`add` lacks argument `right`")
    refused(lambda: add(1, 2, right=3), TypeError, "`add` got argument `right` twice")
    refused(lambda: add(*range(1000)), TypeError, "`add(left, right)` takes 2 arguments, got 1000")
    accumulator = world.counters.Accumulator
    refused(lambda: accumulator(), TypeError, "`Accumulator(name)` takes 1 argument, got 0")
    refused(lambda: accumulator(3), TypeError, "`Accumulator` argument `name`: expected str, got int")
    refused(lambda: accumulator.total(3), TypeError, "`total` argument `self`: expected Accumulator, got int")
    refused(
        lambda: accumulator.__init__(3, "x"), TypeError, "`Accumulator` argument `self`: expected the resource, got int"
    )


def test_large_values(echo: Any) -> None:
    text = "é" * 20_000_000
    assert echo.text(text) == text
    assert echo.lists([[number] for number in range(100_000)])[-1] == [99_999]
    with pytest.raises(ValueError, match="larger than"):
        echo.text("x" * (2**28))
