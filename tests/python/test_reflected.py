"""Components without a generated package: the same classes, made at run time."""

from __future__ import annotations

import dataclasses
import enum
import gc
import importlib
import inspect
import sys
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from dovetail import CompileError, Config, Engine, Err, LinkError, Store, wat2wasm
from dovetail.component import (
    F64,
    S32,
    U8,
    U32,
    Char,
    Component,
    ComponentInstanceType,
    EnumType,
    FuncType,
    ListType,
    OptionType,
    OwnType,
    RecordType,
    ResultType,
    String,
    TupleType,
    VariantType,
)
from dovetail.component import ModuleType as CoreModuleType
from everything_host import Host

GUESTS = Path(__file__).parent / "guests"


@pytest.fixture(scope="module")
def component(guest: Callable[[str], Path]) -> Component:
    """The guest with every type, for the engine that stores have by default."""
    return Component.from_file(Store().engine, guest("everything"))


@pytest.fixture(scope="module")
def reflected(component: Component) -> ModuleType:
    """Its package."""
    return component.package


@pytest.fixture
def world(component: Component, reflected: ModuleType) -> Iterator[Any]:
    """An instance of it."""
    with Store() as store:
        yield component.instantiate(store, host=Host(reflected))


def classes(module: ModuleType) -> dict[str, type]:
    """The classes that a module offers."""
    named = {name: getattr(module, name) for name in module.__all__}
    own = {name: value for name, value in named.items() if isinstance(value, type) and value.__module__ != "builtins"}
    assert own
    return own


@pytest.mark.parametrize("name", ["imports.types", "imports.host", "exports.echo", "exports.counters", ""])
def test_the_classes_are_those_of_a_generated_package(everything: ModuleType, reflected: ModuleType, name: str) -> None:
    for part in filter(None, name.split(".")):
        everything, reflected = getattr(everything, part), getattr(reflected, part)
    assert everything.__all__ == reflected.__all__
    assert everything.__doc__ == reflected.__doc__
    ours, theirs = classes(reflected), classes(everything)
    assert ours.keys() == theirs.keys()
    for key in ours:
        mine, other = ours[key], theirs[key]
        assert mine is not other
        assert (mine.__qualname__, mine.__doc__) == (other.__qualname__, other.__doc__)
        assert issubclass(mine, Err) == issubclass(other, Err)
        if dataclasses.is_dataclass(mine):
            assert dataclasses.is_dataclass(other)
            assert [field.name for field in dataclasses.fields(mine)] == [f.name for f in dataclasses.fields(other)]
            assert mine.__slots__ == other.__slots__  # type: ignore[attr-defined]
        if issubclass(mine, enum.Enum):
            assert issubclass(other, enum.Enum)
            assert [(m.name, m.value) for m in mine] == [(m.name, m.value) for m in other]
        assert typing.get_type_hints(mine).keys() == typing.get_type_hints(other).keys()


@pytest.mark.parametrize("name", ["kv", "market"])
def test_every_module_of_a_package_is_there(
    guest: Callable[[str], Path], package: Callable[[str], ModuleType], name: str
) -> None:
    generated = package(name)
    (folder,) = generated.__path__
    reflected = Component.from_file(Store().engine, guest(name)).package
    for file in sorted(Path(folder).rglob("*.py")):
        parts = file.relative_to(folder).with_suffix("").parts
        suffix = "".join(f".{part}" for part in parts if part != "__init__")
        mine, other = (importlib.import_module(f"{module.__name__}{suffix}") for module in (reflected, generated))
        assert inspect.getsource(mine) == inspect.getsource(other) == file.read_text()


def test_the_world_is_a_class_like_any(component: Component, reflected: ModuleType) -> None:
    assert component.world is reflected.Everything
    with Store() as store:
        world = component.world(store, reflected.EverythingImports(host=Host(reflected)))
        assert isinstance(world, reflected.Everything)
        assert world.add(20, 22) == 42
        assert str(inspect.signature(world.add)) == "(left: 'int', right: 'int') -> 'int'"
        with world.counters.Accumulator("sum") as accumulator:
            accumulator.add(1.5)
            assert isinstance(accumulator, reflected.exports.counters.Accumulator)
            assert accumulator.total() == 1.5


def test_errors_are_raised_with_their_classes(world: Any, reflected: ModuleType) -> None:
    types = reflected.imports.types
    with pytest.raises(types.FailureRaised) as caught:
        world.echo.attempt(types.Failure_Code(3))
    assert caught.value.value == types.Failure_Code(3)


VALUES: list[tuple[str, Callable[[ModuleType], Any]]] = [
    ("a_point", lambda types: types.Point(x=1.0, y=-2.0)),
    ("points", lambda types: [types.Point(x=1.0, y=-2.0), types.Point(x=0.5, y=0.0)]),
    (
        "a_nested",
        lambda types: types.Nested(
            name="n", corners=(types.Point(x=1.0, y=2.0), types.Point(x=3.0, y=4.0)), labels=[["a"]], parent=7
        ),
    ),
    ("a_shape", lambda types: types.Shape_Empty()),
    ("a_shape", lambda types: types.Shape_Circle(1.5)),
    ("shapes", lambda types: [types.Shape_Polygon([types.Point(x=1.0, y=2.0)]), types.Shape_Label("l")]),
    ("a_colour", lambda types: types.Colour.GREEN),
    ("an_access", lambda types: types.Access.READ | types.Access.EXECUTE),
    ("an_access", lambda types: types.Access(0)),
]


@pytest.mark.parametrize(("name", "value"), VALUES)
def test_values_of_one_are_taken_by_the_other(
    world: Any, make: Any, everything: ModuleType, reflected: ModuleType, name: str, value: Callable[[ModuleType], Any]
) -> None:
    theirs, ours = value(everything.imports.types), value(reflected.imports.types)
    for _ in range(2):  # The second time the class is known.
        assert getattr(world.echo, name)(theirs) == ours
        assert getattr(make().echo, name)(ours) == theirs


def test_a_host_may_return_and_raise_values_of_the_other(
    component: Component, reflected: ModuleType, everything: ModuleType
) -> None:
    class Foreign(Host):
        def transform(self, shape: Any) -> Any:
            assert type(shape) is reflected.imports.types.Shape_Circle
            return everything.imports.types.Shape_Label("foreign")

    with Store() as store:
        world = component.instantiate(store, host=Foreign(reflected))
        assert "foreign" in world.ask_transform("circle")


def lookalikes(types: ModuleType) -> list[tuple[str, Any, str]]:
    """Values that are nearly right: the function, the value, what is said."""

    @dataclasses.dataclass
    class Point:
        x: float

    @dataclasses.dataclass
    class Place:
        x: float
        y: float

    class Pair:
        x = 1.0
        y = 2.0

    Pair.__name__ = Pair.__qualname__ = "Point"
    Colour = enum.Enum("Colour", ["RED", "BLUE", "GREEN"], start=0)
    Access = enum.Flag("Access", ["READ", "WRITE"])
    return [
        ("a_point", Point(1.0), "expected Point, got lookalikes.<locals>.Point"),
        ("a_point", Place(1.0, 2.0), "expected Point, got lookalikes.<locals>.Place"),
        ("a_point", Pair(), f"expected Point, got {__name__}.Point"),
        ("a_point", types.Shape_Empty(), "expected Point, got Shape_Empty"),
        ("a_colour", Colour["RED"], f"expected Colour, got {__name__}.Colour"),
        ("a_colour", types.Access.READ, "expected Colour, got Access"),
        ("an_access", Access["READ"], f"expected Access, got {__name__}.Access"),
        ("an_access", types.Many.A0, "expected Access, got Many"),
        (
            "a_shape",
            types.Failure_Denied(),
            "expected Shape_Empty or Shape_Circle or Shape_Polygon or Shape_Label, got Failure_Denied",
        ),
    ]


def test_classes_of_other_members_or_names_are_refused(world: Any, everything: ModuleType) -> None:
    for name, value, text in lookalikes(everything.imports.types):
        with pytest.raises(TypeError) as caught:
            getattr(world.echo, name)(value)
        assert str(caught.value) == f"`{name}` argument `v`: {text}"


def test_what_a_foreign_value_holds_is_judged_as_ever(world: Any, everything: ModuleType) -> None:
    types = everything.imports.types
    with pytest.raises(TypeError) as caught:
        world.echo.a_shape(types.Shape_Label(3))
    assert str(caught.value) == "`a_shape` argument `v`: case `label`: expected str, got int"


def test_instantiate_says_what_is_wrong(component: Component, guest: Callable[[str], Path]) -> None:
    with Store() as store:
        with pytest.raises(TypeError, match="got an unexpected keyword argument 'hots'"):
            component.instantiate(store, hots=1)
        with pytest.raises(LinkError) as caught:
            component.instantiate(store)
        assert str(caught.value) == "`imports` is missing: the component imports `tests:everything/host@0.1.0`"
        with pytest.raises(TypeError, match="given as an object and as keywords"):
            component.instantiate(store, object(), host=1)
    provider = Component(store.engine, (GUESTS / "provider.wat").read_text())
    with Store() as store:
        with pytest.raises(TypeError, match="got an unexpected keyword argument 'host'"):
            provider.instantiate(store, host=1)
        assert provider.instantiate(store).counters.double(4) == 8


def test_a_store_of_another_engine_is_refused(component: Component, reflected: ModuleType) -> None:
    with Store(Engine()) as store, pytest.raises(LinkError, match="compiled for another engine than the store's"):
        component.instantiate(store, host=Host(reflected))


def test_types(component: Component) -> None:
    exports = component.type.exports()
    assert list(exports) == component.exports
    assert exports["add"] == FuncType((("left", U32()), ("right", U32())), U32())
    echo, counters = exports["tests:everything/echo@0.1.0"], exports["tests:everything/counters@0.1.0"]
    assert isinstance(echo, ComponentInstanceType)
    assert isinstance(counters, ComponentInstanceType)
    functions: dict[str, Any] = echo.exports()
    point = RecordType((("x", F64()), ("y", F64())))
    shape = VariantType((("empty", None), ("circle", F64()), ("polygon", ListType(point)), ("label", String())))
    failure = VariantType((("not-found", String()), ("denied", None), ("code", S32())))
    assert functions["pair"].result == TupleType((U8(), String()))
    assert functions["perhaps"].result == OptionType(OptionType(U32()))
    assert functions["character"].result == Char()
    assert functions["a-shape"].params == (("v", shape),)
    assert functions["a-colour"].result == EnumType(("red", "green", "blue"))
    assert functions["attempt"].result == ResultType(String(), failure)
    resources: dict[str, Any] = counters.exports()
    assert resources["[constructor]accumulator"].result == OwnType(resources["accumulator"])
    assert list(component.type.imports()) == component.imports


def test_types_of_core_modules() -> None:
    component = Component(Engine(), (GUESTS / "modules.wat").read_text())
    answer, empty = component.type.imports()["answer"], component.type.exports()["empty"]
    assert isinstance(answer, CoreModuleType)
    assert isinstance(empty, CoreModuleType)
    assert [item.name for item in answer.exports()] == ["answer"]
    assert [item.name for item in empty.exports()] == ["nothing"]


def test_export_indices(component: Component, guest: Callable[[str], Path]) -> None:
    echo = component.get_export_index("tests:everything/echo@0.1.0")
    assert echo is not None
    assert component.get_export_index("a-point", echo) is not None
    assert component.get_export_index("a-point") is None
    assert component.get_export_index("text", component.get_export_index("a-point", echo)) is None
    other = Component.from_file(component.engine, guest("everything"))
    assert other.get_export_index("a-point", echo) is None


def test_serialize(guest: Callable[[str], Path], tmp_path: Path) -> None:
    with Store(Engine(Config(cache=False))) as store:
        encoded = Component.from_file(store.engine, guest("kv")).serialize()
        (tmp_path / "kv.compiled").write_bytes(encoded)
        for component in (
            Component.deserialize(store.engine, encoded),
            Component.deserialize_file(store.engine, tmp_path / "kv.compiled"),
        ):
            assert component.world.__name__ == "Kv"
            assert "h2:kv/store@0.1.0" in component.exports


def test_damaged_serializations_are_refused(guest: Callable[[str], Path]) -> None:
    engine = Engine()
    encoded = Component.from_file(engine, guest("kv")).serialize()
    header_end = encoded.index(b"\n", encoded.index(b"\n") + 1) + 1
    tries: list[tuple[bytes | bytearray, str]] = [
        (b"", "it does not begin as a compiled component does"),
        (guest("kv").read_bytes(), "it does not begin as a compiled component does"),
        (encoded[:40], "Unterminated string"),
        (encoded[:header_end], "it is cut off"),
        (encoded[:-1], "it is cut off"),
        (encoded + b"x", "something follows its last module"),
    ]
    for contents, text in tries:
        with pytest.raises(CompileError, match="the serialized component is refused") as caught:
            Component.deserialize(engine, contents)
        assert text in str(caught.value)


def test_a_package_of_wit_in_binary_form() -> None:
    component = Component(Store().engine, (GUESTS / "wit_package.wat").read_text())
    for look in (lambda: component.package, lambda: component.world, lambda: component.instantiate(Store())):
        with pytest.raises(CompileError) as caught:
            look()
        assert str(caught.value) == (
            "the component is a WIT package in binary form: it has types, and no code to make instances of"
        )


def test_the_package_is_made_once_for_an_engine_and_goes_with_it(guest: Callable[[str], Path]) -> None:
    def made() -> tuple[str, ...]:
        gc.collect()
        return tuple(name for name in sys.modules if name.startswith("dovetail._reflected."))

    before = made()
    engine = Engine()
    first, second = (Component.from_file(engine, guest("kv")) for _ in range(2))
    assert first.package is second.package
    assert Component(Engine(), guest("kv").read_bytes(), name="kv").package is not first.package
    assert len(made()) > len(before)
    del engine, first, second
    assert made() == before


def test_names(guest: Callable[[str], Path]) -> None:
    contents = guest("kv").read_bytes()
    engine = Engine()
    assert Component(engine, contents).world.__name__ == "Root"
    assert Component(engine, contents, name="stock").world.__name__ == "Stock"
    with pytest.raises(CompileError, match="`class` cannot name a Python package"):
        _ = Component(engine, contents, name="class").package
    with pytest.raises(TypeError, match="`engine`: expected Engine, got int"):
        Component(1, contents)  # type: ignore[arg-type]
    with pytest.raises(CompileError):
        Component(engine, wat2wasm("(module)"))
