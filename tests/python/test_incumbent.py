"""What breaks in wasmtime-py 50, or broke in its last generator: each line of that list is a test here, in its order.

| it | here |
|---|---|
| dies of Ctrl-C in a component's host import | `test_ctrl_c_in_a_host_import` |
| dies of `SystemExit` there | `test_system_exit_in_a_host_import` |
| dies of a WASI guest without a WASI configuration | `test_a_wasi_component_without_a_configuration`, `..._core_module_...` |
| dies of a component's function called with another store | `test_a_function_called_with_another_store` |
| dies of a lone surrogate as `char` | `test_a_lone_surrogate_as_char` |
| wraps integers, also in results of the host | `test_integers_do_not_wrap`, `test_integers_of_the_host_do_not_wrap` |
| gives a trap in a component without code and frames | `test_a_trap_has_its_code_and_frames` |
| never drops resources that Python collects | `test_collected_resources_are_dropped` |
| fails at the 100 000th constructor call | `test_the_hundred_thousandth_constructor_call` |
| takes `bytes`, `list`, `float`, `set` exactly | `test_what_is_like_a_list_or_a_number_is_taken` |
| wants attributes in kebab-case | `test_fields_have_python_names` |
| changes the shape of results and variants with their types | `test_results_and_variants_have_one_shape` |
| never raises `err` | `test_an_error_is_raised` |
| cannot list the exports of an instance | `test_an_instance_lists_its_exports` |
| has no map values, refuses fixed-length lists | `test_maps_and_fixed_length_lists` |
| has no stream, future and error-context values | `test_values_that_are_not_there_yet_are_refused_by_name` |
| has no async | tests/aio |
| generator: panics on resources of the host | `test_the_generator_on_resources_of_the_host` |
| generator: panics on programs and on guests in Python | `test_the_generator_on_guests_of_others` |
| generator: its output fails `mypy --strict` | `test_generated_code_passes_mypy` |
"""

from __future__ import annotations

import array
import collections
import enum
import gc
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from dovetail import CompileError, Engine, Err, Linker, LinkError, Module, Ok, Store, Trap, TrapCode, bindgen, wat2wasm
from dovetail.component import Component

ROOT = Path(__file__).resolve().parents[2]
REFUSED = Path(__file__).parent / "guests" / "refused"
PREVIEW1 = Path(__file__).parent / "guests" / "preview1.wat"


def test_ctrl_c_in_a_host_import(program: Any) -> None:
    rest = """
for _ in range(2):
    try:
        world.call_host(1)
    except KeyboardInterrupt:
        print("interrupted")
    world = everything.Everything(Store(), everything.EverythingImports(host=Changed(everything)))
"""
    done = program("import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(30)", rest)
    assert (done.returncode, done.stdout, done.stderr) == (0, "interrupted\ninterrupted\n", "")


def test_system_exit_in_a_host_import(program: Any) -> None:
    done = program("sys.exit('the host had enough')", "world.call_host(1)")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "the host had enough\n")


def test_a_wasi_component_without_a_configuration(python: Any, guest: Callable[[str], Path]) -> None:
    """A store without configuration grants nothing: the program finds no file and says so to nobody."""
    done = python(
        "-c",
        """
import sys
from dovetail import Store
from dovetail.component import Component, Linker
with Store() as store:
    linker = Linker(store.engine)
    linker.add_wasip2()
    program = linker.instantiate(store, Component.from_file(store.engine, sys.argv[1]))
    try:
        print(program.run.run())
    except BaseException as error:
        print(type(error).__name__, error)
""",
        guest("hexyl"),
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "None\n", "")


def test_a_wasi_core_module_without_a_configuration() -> None:
    """What nobody defined is a `LinkError` that names it."""
    engine = Engine()
    with Store(engine) as store, pytest.raises(LinkError) as caught:
        Linker(engine).instantiate(store, Module(engine, wat2wasm(PREVIEW1.read_bytes())))
    assert str(caught.value) == "unknown import: `wasi_snapshot_preview1::environ_sizes_get` has not been defined"


def test_a_function_called_with_another_store(everything: ModuleType, guest: Callable[[str], Path]) -> None:
    from dovetail.component import Linker

    engine = Engine()
    component = Component.from_file(engine, guest("everything"))
    linker = Linker(engine)
    linker.add_wasip2()
    linker.define_unknown_imports_as_traps(component)
    with Store(engine) as store, Store(engine) as other, Store() as stranger:
        add = linker.instantiate(store, component).get_func(store, "add")
        assert add is not None
        for wrong in (other, stranger):
            with pytest.raises(TypeError) as caught:
                add(wrong, 1, 2)
            assert str(caught.value) == "this function belongs to another store"
        assert add(store, 1, 2) == 3


def test_a_lone_surrogate_as_char(world: Any) -> None:
    for surrogate in ("\ud800", "\udfff"):
        with pytest.raises(ValueError) as caught:  # noqa: PT011 (the text is compared)
            world.echo.character(surrogate)
        lone = "the string contains a lone surrogate, which is no character"
        assert (type(caught.value), str(caught.value)) == (ValueError, f"`character` argument `v`: {lone}")
    assert world.echo.character("é") == "é"


def test_integers_do_not_wrap(world: Any) -> None:
    for call, value, bounds in (
        (world.echo.unsigned8, 300, "u8 (0 to 255)"),
        (world.echo.unsigned32, -1, "u32 (0 to 4294967295)"),
        (world.echo.signed64, 2**63, "s64 (-9223372036854775808 to 9223372036854775807)"),
    ):
        with pytest.raises(OverflowError) as caught:
            call(value)
        assert str(caught.value) == f"`{call.__name__}` argument `v`: expected {bounds}, got {value}"
    assert world.echo.unsigned8(255) == 255


def test_integers_of_the_host_do_not_wrap(make: Any) -> None:
    with pytest.raises(OverflowError) as caught:
        make(next=lambda self, value: -1).call_host(1)
    assert str(caught.value) == "result of `host.next`: expected u32 (0 to 4294967295), got -1"


def test_a_trap_has_its_code_and_frames(world: Any) -> None:
    with pytest.raises(Trap) as caught:
        world.troubles.crash()
    trap = caught.value
    assert trap.code is TrapCode.UNREACHABLE
    assert len(trap.frames) >= 3
    assert any("crash" in (frame.func_name or "") for frame in trap.frames)
    assert "wasm backtrace, innermost first:" in str(trap)


def test_collected_resources_are_dropped(world: Any) -> None:
    held = [world.counters.Accumulator("one") for _ in range(100)]
    assert world.counters.alive() == 100
    held.append(held)
    del held
    gc.collect()
    assert world.counters.alive() == 0


def test_the_hundred_thousandth_constructor_call(world: Any) -> None:
    for _ in range(100_001):
        world.counters.Accumulator("x")
    assert world.counters.alive() <= 1


def test_what_is_like_a_list_or_a_number_is_taken(world: Any, everything: ModuleType) -> None:
    class Half(float):
        pass

    class Few(enum.IntEnum):
        THREE = 3

    echo = world.echo
    for data in (b"ab", bytearray(b"ab"), memoryview(b"ab"), array.array("B", b"ab"), [97, 98], (97, 98)):
        assert echo.bytes(data) == b"ab"
    for texts in (["a"], ("a",), collections.deque(["a"]), collections.UserList(["a"])):
        assert echo.texts(texts) == ["a"]
    assert echo.floats([1, Half(0.5), True]) == [1.0, 0.5, 1.0]
    assert echo.float64(3) == 3.0
    assert echo.unsigned8(Few.THREE) == 3
    access = everything.imports.types.Access
    assert echo.an_access(access.READ | access.WRITE) == access.READ | access.WRITE
    numpy = pytest.importorskip("numpy")
    assert echo.floats(numpy.arange(3.0)) == [0.0, 1.0, 2.0]
    assert echo.unsigned32(numpy.uint8(7)) == 7


def test_fields_have_python_names(package: Callable[[str], ModuleType]) -> None:
    from dataclasses import fields

    package("kv")
    types = import_module("kv.imports.types")
    names = {
        field.name for cls in vars(types).values() if hasattr(cls, "__dataclass_fields__") for field in fields(cls)
    }
    assert names
    assert all(name.isidentifier() for name in names)


def test_results_and_variants_have_one_shape(world: Any, everything: ModuleType) -> None:
    """A case is an object of its class, whether its payload could be told by its Python type or not."""
    types = everything.imports.types
    values = [types.Shape_Empty(), types.Shape_Circle(1.0), types.Shape_Polygon([]), types.Shape_Label("x")]
    assert world.echo.shapes(values) == values
    assert [type(value) for value in world.echo.shapes(values)] == [type(value) for value in values]
    assert world.echo.outcomes([Ok(1), Err("no")]) == [Ok(1), Err("no")]


def test_an_error_is_raised(world: Any, everything: ModuleType) -> None:
    types = everything.imports.types
    with pytest.raises(types.FailureRaised) as caught:
        world.echo.attempt(types.Failure_Code(-3))
    assert caught.value.value == types.Failure_Code(-3)
    assert isinstance(world.echo.attempt(None), str)


def test_an_instance_lists_its_exports(guest: Callable[[str], Path]) -> None:
    from dovetail.component import Linker

    engine = Engine()
    component = Component.from_file(engine, guest("everything"))
    linker = Linker(engine)
    linker.add_wasip2()
    linker.define_unknown_imports_as_traps(component)
    with Store(engine) as store:
        instance = linker.instantiate(store, component)
        assert {"echo", "counters", "troubles", "add", "call_host"} <= set(dir(instance))
        assert {"tests:everything/echo@0.1.0", "add"} <= set(component.exports)
        assert {"unsigned8", "texts"} <= set(dir(instance.echo))


def test_maps_and_fixed_length_lists(guest: Callable[[str], Path]) -> None:
    component = Component.from_file(Engine(), guest("cases/every-type"))
    text = str(component.type.exports())
    kinds = {type(part).__name__ for part in _parts(component)}
    assert {"MapType", "FixedLengthListType"} <= kinds, text


def _parts(component: Component) -> list[Any]:
    """The types of the parameters and results of what a component's instances export."""
    found: list[Any] = []
    for item in component.type.exports().values():
        for function in getattr(item, "exports", dict)().values():
            found += [part for _, part in getattr(function, "params", [])]
            found.append(getattr(function, "result", None))
    return found


@pytest.mark.parametrize("name", ["stream", "future", "error-context"])
def test_values_that_are_not_there_yet_are_refused_by_name(name: str) -> None:
    with pytest.raises(CompileError, match=name):
        Component(Engine(), (REFUSED / f"{name}.wat").read_text())


@pytest.mark.parametrize("name", ["kv", "everything"])
def test_the_generator_on_resources_of_the_host(name: str, guest: Callable[[str], Path]) -> None:
    files = bindgen.generate(guest(name).read_bytes(), name=name).files
    assert any(path.startswith("imports/") and b"@property" in text for path, text in files.items())


@pytest.mark.parametrize("name", ["hexyl", "notes"])
def test_the_generator_on_guests_of_others(name: str, guest: Callable[[str], Path], tmp_path: Path) -> None:
    """A program in Rust as it was published, and a guest that componentize-py made."""
    files = bindgen.generate(guest(name).read_bytes(), name=name).files
    for path, contents in files.items():
        if path.endswith(".py"):
            compile(contents, path, "exec")


def test_generated_code_passes_mypy(guest: Callable[[str], Path], tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    bindgen.write(bindgen.generate(guest("everything").read_bytes(), name="checked"), tmp_path / "checked")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "checked"],
        cwd=tmp_path,
        env={"MYPYPATH": str(ROOT / "python"), "PATH": ""},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout.startswith("Success")) == (0, True), done.stdout
