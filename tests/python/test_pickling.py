"""Components travel to other processes by their content, values by their classes; what lives in a store does not travel."""

from __future__ import annotations

import copy
import importlib
import multiprocessing
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pickling_workers as workers
import pytest
from dovetail import Config, Engine, Instance, Linker, Memory, MemoryType, Module, Store, Trap, TrapCode
from dovetail import Limits as MemoryLimits
from dovetail.component import Component
from dovetail.component import Linker as ComponentLinker
from everything_host import Host

METHODS = [method for method in ("spawn", "fork", "forkserver") if method in multiprocessing.get_all_start_methods()]
CORE = '(module (func (export "f")) (memory (export "m") 1))'


@pytest.fixture(scope="module", params=METHODS)
def pool(request: pytest.FixtureRequest) -> Iterator[ProcessPoolExecutor]:
    """Two other processes, started in each of the ways."""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(request.param)) as pool:
        yield pool


@pytest.fixture(scope="module")
def everything_package(package: Callable[[str], ModuleType]) -> ModuleType:
    """The generated package."""
    return package("everything")


@pytest.fixture(scope="module", params=["package", "bytes", "compiled"])
def component(
    request: pytest.FixtureRequest, everything_package: ModuleType, guest: Callable[[str], Path]
) -> Component:
    """The component of a generated package, one made of bytes, and one that was deserialized."""
    if request.param == "package":
        return Component.from_package(everything_package)
    component = Component.from_file(Store().engine, guest("everything"))
    if request.param == "bytes":
        return component
    return Component.deserialize(component.engine, component.serialize())


def test_a_component_runs_in_another_process(pool: ProcessPoolExecutor, component: Component) -> None:
    results = list(pool.map(workers.add, [component] * 4, range(4), range(4)))
    assert [total for total, _ in results] == [0, 2, 4, 6]
    assert os.getpid() not in {process for _, process in results}


def test_values_go_to_another_process_and_back(pool: ProcessPoolExecutor, component: Component) -> None:
    types = component.package.imports.types
    values = [types.Shape_Empty(), types.Shape_Polygon([types.Point(x=1.0, y=2.0)]), types.Shape_Label("é")]
    back = pool.submit(workers.shapes, component, values).result(120)
    assert back == values
    assert [type(value) for value in back] == [type(value) for value in values]


def test_errors_and_traps_of_another_process(pool: ProcessPoolExecutor, component: Component) -> None:
    types = component.package.imports.types
    with pytest.raises(types.FailureRaised) as caught:
        pool.submit(workers.attempt, component, types.Failure_Code(7)).result(120)
    assert caught.value.value == types.Failure_Code(7)
    with pytest.raises(Trap) as trapped:
        pool.submit(workers.crash, component).result(120)
    assert trapped.value.code is TrapCode.UNREACHABLE
    assert any("crash" in (frame.func_name or "") for frame in trapped.value.frames)


def test_a_component_is_loaded_once_in_a_process(component: Component) -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as one:
        first, second = (one.submit(workers.ident, component).result(120) for _ in range(2))
    if component._binary is not None:
        assert first == second
    assert len({process for _, process in (first, second)}) == 1


def test_the_other_process_takes_the_code_from_the_cache(pool: ProcessPoolExecutor, component: Component) -> None:
    assert pool.submit(workers.compiled_files, component).result(120) == []


def test_values_alone(pool: ProcessPoolExecutor, component: Component) -> None:
    """A process that never saw the component finds the classes of its values."""
    types = component.package.imports.types
    for value in (types.Point(x=1.0, y=2.0), types.Shape_Empty(), types.Colour.RED, types.Access.READ, types.Point):
        assert pool.submit(workers.described, value).result(120) == repr(value)


def test_values_without_the_component_and_without_a_cache(
    guest: Callable[[str], Path], python: Any, tmp_path: Path
) -> None:
    component = Component.from_file(Store().engine, guest("everything"))
    value = pickle.dumps(component.package.imports.types.Point(x=1.0, y=2.0))
    load = f"import pickle; print(pickle.loads({value!r}))"
    done = python("-c", load)
    assert (done.stdout, done.stderr) == ("Point(x=1.0, y=2.0)\n", "")
    done = python("-c", load, DOVETAIL_CACHE="0")
    assert done.returncode == 1
    assert "load the component first, or use the same cache in both places" in done.stderr
    # The component brings its classes with it.
    both = tmp_path / "both"
    both.write_bytes(pickle.dumps((component, component.package.imports.types.Point(x=1.0, y=2.0))))
    load = f"""
import pickle
component, point = pickle.load(open({str(both)!r}, "rb"))
print(type(point) is component.package.imports.types.Point)
"""
    done = python("-c", load, DOVETAIL_CACHE="0")
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_a_pool_of_multiprocessing(component: Component) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(workers.add, (component, 20, 22))[0] == 42


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_in_the_same_process(component: Component, protocol: int) -> None:
    back = pickle.loads(pickle.dumps(component, protocol))
    assert back.engine is component.engine
    assert back.package is component.package
    assert workers.instance(back).add(1, 2) == 3
    for copied in (copy.copy(component), copy.deepcopy(component)):
        assert copied.package is component.package


def test_engines_travel_by_their_configuration(guest: Callable[[str], Path], tmp_path: Path, python: Any) -> None:
    engine = Engine(Config(wasm_component_model_values=True, cache=tmp_path))
    assert pickle.loads(pickle.dumps(engine)) is engine
    assert pickle.loads(pickle.dumps(Store().engine)) is Store().engine
    components = [Component.from_file(engine, guest("kv")) for _ in range(2)]
    other = Component.from_file(Engine(Config(wasm_component_model_values=True, cache=tmp_path)), guest("kv"))
    pickled = tmp_path / "components"
    pickled.write_bytes(pickle.dumps([*components, other]))
    load = f"""
import pickle
from dovetail import Store
first, second, third = pickle.load(open({str(pickled)!r}, "rb"))
print(first is second is third, first.engine is Store().engine, first.engine is pickle.loads(pickle.dumps(first.engine)))
print(first.engine._values["wasm_component_model_values"], first.world.__name__)
"""
    done = python("-c", load)
    assert (done.stdout, done.stderr) == ("True False True\nTrue Kv\n", "")


def test_a_package_of_other_content_is_refused(
    everything_package: ModuleType, guest: Callable[[str], Path], python: Any, tmp_path: Path
) -> None:
    from dovetail import bindgen

    pickled = pickle.dumps(Component.from_package(everything_package))
    assert len(pickled) < 500, "a package travels by its name"
    bindgen.write(bindgen.generate(guest("kv").read_bytes(), name="everything"), tmp_path / "everything")
    done = python("-c", f"import pickle; pickle.loads({pickled!r})", path=tmp_path)
    assert done.stderr.splitlines()[-1] == (
        "dovetail._errors.LinkError: `everything` was generated from another component here than where it was pickled: "
        "put the same package into both places"
    )
    done = python("-c", f"import pickle; pickle.loads({pickled!r})")
    assert done.stderr.splitlines()[-1] == "ModuleNotFoundError: No module named 'everything'"


def test_the_component_of_a_package(everything_package: ModuleType) -> None:
    component = Component.from_package(everything_package)
    assert component.package is everything_package
    assert component.world is everything_package.Everything
    with Store() as store:
        world = component.instantiate(store, host=Host(everything_package))
        assert type(world) is everything_package.Everything
        assert world.add(1, 2) == 3
    assert "add" in component.exports
    linker = ComponentLinker(component.engine)
    linker.add_wasip2()
    linker.define_unknown_imports_as_traps(component)
    with Store() as store:
        assert linker.instantiate(store, component).add(1, 2) == 3
    engine = Engine()
    with Store(engine) as store:
        other = Component.from_package(everything_package, engine)
        assert other.instantiate(store, host=Host(everything_package)).add(1, 2) == 3
    again = Component.deserialize(component.engine, component.serialize())
    assert again.world.__name__ == "Everything"
    for wrong in ("everything", None):
        with pytest.raises(TypeError, match=f"`package`: expected module, got {type(wrong).__name__}"):
            Component.from_package(wrong)  # type: ignore[arg-type]
    with pytest.raises(FileNotFoundError, match="`os` is not a package with files"):
        Component.from_package(os)


def test_a_package_that_the_loader_made(guest: Callable[[str], Path], tmp_path: Path, python: Any) -> None:
    (tmp_path / "stock.wasm").write_bytes(guest("kv").read_bytes())
    script = """
import pickle, sys
import dovetail.loader, stock
from dovetail.component import Component
sys.stdout.buffer.write(pickle.dumps((Component.from_package(stock), stock.imports.types.Value_Num(3))))
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(tmp_path)])}
    made = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)
    load = f"import pickle; c, v = pickle.loads({made.stdout!r}); print(c.world.__name__, c.package.__name__, v)"
    done = python("-c", load, path=tmp_path)
    assert (done.stdout, done.stderr) == ("Stock stock Value_Num(value=3)\n", "")


def test_what_lives_in_a_store_is_refused(everything_package: ModuleType) -> None:
    with Store() as store:
        world = workers.instance(Component.from_package(everything_package))
        engine = store.engine
        module = Module(engine, CORE)
        core = Instance(store, module, [])
        component = Component.from_package(everything_package)
        linker = ComponentLinker(engine)
        linker.add_wasip2()
        linker.define_unknown_imports_as_traps(component)
        instance = linker.instantiate(store, component)
        things: list[tuple[Any, str]] = [
            (store, "cannot pickle a Store: it lives in its process; make one where it is to be used"),
            (world, "cannot pickle "),
            (world.add, "cannot pickle `add`: an exported function lives in its store; pickle the component"),
            (world.echo, "cannot pickle the interface `tests:everything/echo@0.1.0`: it lives in its store"),
            (world.counters.Accumulator("x"), "cannot pickle `Accumulator`: a resource lives in its store"),
            (instance, "cannot pickle an Instance: it lives in its store"),
            (instance.get_func(store, "add"), "cannot pickle"),
            (core, "cannot pickle"),
            (core.exports(store)["f"], "cannot pickle"),
            (core.exports(store)["m"], "cannot pickle"),
            (Memory(store, MemoryType(MemoryLimits(1, None))), "cannot pickle"),
            (linker, "cannot pickle"),
            (linker.instantiate_pre(component), "cannot pickle"),
            (Linker(engine), "cannot pickle"),
        ]
        for thing, text in things:
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
                with pytest.raises(TypeError, match="cannot pickle") as caught:
                    pickle.dumps(thing, protocol)
                assert text in str(caught.value)
        assert world.add(1, 2) == 3


def test_cloudpickle(component: Component) -> None:
    """Functions that are pickled by their code hold components and values like any other object."""
    cloudpickle = pytest.importorskip("cloudpickle")
    types = component.package.imports.types
    point = types.Point(x=1.0, y=2.0)

    def work() -> Any:
        with Store(component.engine) as store:
            return component.instantiate(store, host=Host(component.package)).echo.a_point(point)

    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as one:
        assert one.submit(_run, cloudpickle.dumps(work)).result(120) == point


def _run(pickled: bytes) -> Any:
    return pickle.loads(pickled)()


def test_a_module_is_found_again_after_its_engine_is_gone(guest: Callable[[str], Path]) -> None:
    """Two engines have classes of their own; pickled values of either find theirs."""
    engines = [Engine(), Engine()]
    components = [Component.from_file(engine, guest("kv")) for engine in engines]
    first, second = (component.package for component in components)
    assert first is not second
    for package in (first, second):
        types = importlib.import_module(f"{package.__name__}.imports.types")
        value = types.Value_Num(3)
        assert type(pickle.loads(pickle.dumps(value))) is types.Value_Num
