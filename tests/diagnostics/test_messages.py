"""What is said about wrong input, word for word: the class, and a text that names the argument, the WIT path or the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from dovetail import CompileError, Engine, Instance, Linker, LinkError, Module, Store, WasiConfig, bindgen, wat2wasm
from dovetail.component import Component
from dovetail.component import Linker as ComponentLinker
from everything_host import Host


@pytest.fixture(scope="module")
def module(package: Callable[[str], ModuleType]) -> ModuleType:
    """The package of the guest with every type."""
    return package("everything")


@pytest.fixture(scope="module")
def world(module: ModuleType) -> Iterator[Any]:
    """The guest in a store."""
    with Store() as store:
        yield module.Everything(store, module.EverythingImports(host=Host(module)))


VALUES: list[tuple[str, Any, type[Exception], str]] = [
    ("unsigned8", 300, OverflowError, "expected u8 (0 to 255), got 300"),
    ("unsigned8", "x", TypeError, "expected int, got str"),
    ("float32", 1e300, OverflowError, "1e300 is too large for f32"),
    ("character", "ab", ValueError, "expected one character, got a string of 2"),
    ("text", "\udc00", ValueError, "the string contains a lone surrogate, which is no character"),
    ("texts", "x", TypeError, "expected a sequence, got str"),
    ("texts", ["a", 1], TypeError, "element 1: expected str, got int"),
    ("lists", [[1], [-1]], OverflowError, "element 1: element 0: expected u32 (0 to 4294967295), got -1"),
    ("pair", (1,), ValueError, "expected a tuple of 2, got one of 1"),
    ("a_point", 3, TypeError, "expected Point, got int"),
    ("a_colour", 1, TypeError, "expected Colour, got int"),
    ("perhaps", 3, TypeError, "expected Some or None, got int"),
    ("outcomes", [3], TypeError, "element 0: expected Ok or Err, got int"),
    (
        "a_shape",
        2,
        TypeError,
        "expected Shape_Empty or Shape_Circle or Shape_Polygon or Shape_Label, got int",
    ),
]


@pytest.mark.parametrize(("name", "value", "error", "text"), VALUES)
def test_values(world: Any, name: str, value: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error) as caught:
        getattr(world.echo, name)(value)
    assert type(caught.value) is error
    assert str(caught.value) == f"`{name}` argument `v`: {text}"


def test_a_value_deep_inside_is_found_by_its_path(world: Any, module: ModuleType) -> None:
    types = module.imports.types
    point = types.Point(x=1.0, y=2.0)
    nested = types.Nested(name="n", corners=(point, types.Point(x=1.0, y="2")), labels=[], parent=None)
    with pytest.raises(TypeError) as caught:
        world.echo.a_nested(nested)
    assert str(caught.value) == "`a_nested` argument `v`: `corners`: item 1: `y`: expected float, got str"


def test_arguments(world: Any) -> None:
    for arguments, keywords, text in [
        ((), {}, "`unsigned8(v)` takes 1 argument, got 0"),
        ((1, 2), {}, "`unsigned8(v)` takes 1 argument, got 2"),
        ((), {"w": 1}, "`unsigned8` has no parameter `w`"),
        ((1,), {"v": 1}, "`unsigned8` got argument `v` twice"),
    ]:
        with pytest.raises(TypeError) as caught:
            world.echo.unsigned8(*arguments, **keywords)
        assert str(caught.value) == text


def test_a_host_that_lacks_something(package: Callable[[str], ModuleType]) -> None:
    kv = package("kv")
    with Store() as store, pytest.raises(LinkError) as caught:
        kv.Kv(store, kv.KvImports(host_log=object()))
    assert str(caught.value) == (
        "`imports.host_log` (`h2:kv/host-log@0.1.0`): `object` lacks resource class `Sink`; `object` lacks method `log`"
    )


def test_bytes_that_are_something_else(guest: Callable[[str], Path]) -> None:
    engine = Engine()
    component = guest("kv").read_bytes()
    tries: list[tuple[Callable[[], object], str]] = [
        (lambda: Component(engine, wat2wasm("(module)")), "expected a component, found a core module (at offset 0x0)"),
        (lambda: Module(engine, component), "expected a core module, found a component (at offset 0x0)"),
        (lambda: bindgen.generate(wat2wasm("(module)")), "the input is a core module, expected a component"),
        (lambda: bindgen.generate(component, world="x"), "the input has no world `x`; its world is `root`"),
        (
            lambda: bindgen.generate(component, name="class"),
            "`class` cannot name a Python package: expected an identifier; give another `name`",
        ),
    ]
    for attempt, text in tries:
        with pytest.raises(CompileError) as caught:
            attempt()
        assert str(caught.value) == text


@pytest.mark.parametrize(
    "grant",
    [
        lambda config, path: config.preopen_dir(path, "/"),
        lambda config, path: setattr(config, "stdin_file", path),
        lambda config, path: setattr(config, "stdout_file", path / "file"),
    ],
)
def test_files_that_are_not_there(tmp_path: Path, grant: Callable[[WasiConfig, Path], None]) -> None:
    """The exception is the one that Python's `open` raises."""
    config = WasiConfig()
    grant(config, tmp_path / "missing")
    with pytest.raises(FileNotFoundError) as caught:
        Store(wasi=config)
    assert str(caught.value).startswith(f"[Errno 2] No such file or directory: '{tmp_path / 'missing'}")


def test_unknown_imports(guest: Callable[[str], Path]) -> None:
    engine = Engine()
    with Store(engine) as store:
        with pytest.raises(LinkError) as caught:
            Linker(engine).instantiate(store, Module(engine, wat2wasm('(module (import "a" "b" (func)))')))
        assert str(caught.value) == "unknown import: `a::b` has not been defined"
        with pytest.raises(LinkError) as caught:
            ComponentLinker(engine).instantiate(store, Component(engine, guest("kv").read_bytes()))
        assert str(caught.value) == "unknown import: `h2:kv/host-log@0.1.0` has not been defined"


def test_core_arguments() -> None:
    with Store() as store:
        wasm = wat2wasm('(module (func (export "f") (param i32 i64)))')
        function = Instance(store, Module(store.engine, wasm), []).exports(store)["f"]
        for arguments, error, text in [
            ((1,), TypeError, "expected 2 arguments, got 1"),
            (("a", 1), TypeError, "argument 0: expected int, got str"),
            ((2**40, 1), OverflowError, "argument 0: 1099511627776 does not fit an i32"),
        ]:
            with pytest.raises(error) as caught:
                function(store, *arguments)
            assert str(caught.value) == text


def test_a_closed_store(package: Callable[[str], ModuleType]) -> None:
    kv = package("everything")
    with Store() as store:
        world = kv.Everything(store, kv.EverythingImports(host=Host(kv)))
    with pytest.raises(ValueError, match="^the store is closed$"):
        world.add(1, 2)
