"""Measures Dovetail: generated packages for calls, as users call. Prints JSON: nanoseconds by case."""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from cases import GUESTS, LOOP, LOOPS, layouts
from measure import import_nanoseconds, nanoseconds

ROOT = Path(__file__).resolve().parents[1]
EVERYTHING = ROOT / "target/guests/everything.wasm"
GENERATOR = ROOT / "target/generator/bindgen.wasm"


class Counter:
    """The host's resource, which the benchmark does not use."""

    def __init__(self, start: int) -> None: ...
    def add(self, amount: int) -> int:
        return amount

    def value(self) -> int:
        return 0

    @staticmethod
    def sum(left: Counter, right: Counter) -> Counter:
        return right


class Host:
    """The host's interface: `next` is what the guest calls in a loop."""

    Counter = Counter

    def notify(self, message: str) -> None: ...
    def transform(self, shape: Any) -> Any:
        return shape

    def divide(self, left: int, right: int) -> int:
        return left

    def next(self, value: int) -> int:
        return value + 1

    def locate(self, name: str) -> Any:
        return None


def guests() -> dict[str, float]:
    """Guests that run for long, alone and beside another: what threads are good for."""
    import dovetail

    wasm = dovetail.wat2wasm((ROOT / "bench/add.wat").read_bytes())
    engine = dovetail.Engine()
    module = dovetail.Module(engine, wasm)
    stores = [dovetail.Store(engine) for _ in range(2)]
    guests = [(store, dovetail.Instance(store, module, []).exports(store)["work"]) for store in stores]

    def each(rounds: int, number: int) -> float:
        barrier = threading.Barrier(number)
        begun, ended = list[int](), list[int]()

        def run(store: Any, work: Any) -> None:
            barrier.wait()
            begun.append(time.perf_counter_ns())
            work(store, rounds)
            ended.append(time.perf_counter_ns())

        threads = [threading.Thread(target=run, args=guest) for guest in guests[:number]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return (max(ended) - min(begun)) / number

    found: dict[str, float] = {}
    for name, (rounds, times) in GUESTS.items():
        found[name] = min(each(rounds, 1) for _ in range(times))
        found[name + "_both"] = min(each(rounds, 2) for _ in range(times))
    return found


def calls(store: Any, package: Any) -> dict[str, float]:
    """Everything that is a call."""
    import dovetail

    types = package.imports.types
    world = package.Everything(store, package.EverythingImports(host=Host()))
    echo = world.echo
    point = types.Point(x=1.0, y=2.0)
    points = [types.Point(x=1.0, y=2.0) for _ in range(1000)]
    floats = [float(number) for number in range(1000)]
    kilobyte, megabyte = b"x" * 1000, b"x" * 1_000_000
    wasm = dovetail.wat2wasm((ROOT / "bench/add.wat").read_bytes())
    core = dovetail.Instance(store, dovetail.Module(store.engine, wasm), []).exports(store)["add"]
    return {
        "nothing": nanoseconds("f()", f=echo.nothing),
        "integers": nanoseconds("f(1, 2)", f=world.add),
        "string_10": nanoseconds("f(v)", f=echo.text, v="x" * 10),
        "string_1k": nanoseconds("f(v)", f=echo.text, v="x" * 1000),
        "string_1m": nanoseconds("f(v)", f=echo.text, v="x" * 1_000_000),
        "bytes_in_1k": nanoseconds("f(v)", f=world.length, v=kilobyte),
        "bytes_in_1m": nanoseconds("f(v)", f=world.length, v=megabyte),
        "bytes_1k": nanoseconds("f(v)", f=echo.bytes, v=kilobyte),
        "bytes_1m": nanoseconds("f(v)", f=echo.bytes, v=megabyte),
        "floats_1000": nanoseconds("f(v)", f=echo.floats, v=floats),
        "record_1": nanoseconds("f(v)", f=echo.points, v=[point]),
        "records_1000": nanoseconds("f(v)", f=echo.points, v=points),
        "variant_float": nanoseconds("f(v)", f=echo.a_shape, v=types.Shape_Circle(1.5)),
        "variant_string": nanoseconds("f(v)", f=echo.a_shape, v=types.Shape_Label("ten bytes!")),
        "host_import": nanoseconds("f(times)", f=world.call_host, times=LOOP, per=LOOP),
        "resource_method": nanoseconds("v.total()", v=world.counters.Accumulator("a")),
        "core_integers": nanoseconds("f(store, 1, 2)", f=core, store=store),
    }


def loops() -> dict[str, float]:
    """What looking at the epoch costs guests, compiled with and without."""
    from dovetail import Config, Engine, Instance, Module, Store

    found = {}
    for suffix, interruptible in {"": True, "_plain": False}.items():
        engine = Engine(Config(cache=False, interruptible=interruptible))
        with Store(engine) as store:
            for name, (rounds, thousands) in LOOPS.items():
                spent = []
                for text in layouts((ROOT / f"bench/{name}.wat").read_text()):
                    run = Instance(store, Module(engine, text), []).exports(store)["run"]
                    spent.append(nanoseconds("f(store, rounds)", f=run, store=store, rounds=rounds))
                found[name + suffix] = min(spent) / (rounds * thousands)
    return found


def starting(directory: Path) -> dict[str, float]:
    """Everything that happens before calls."""
    from dovetail import Config, Engine, Store
    from dovetail.bindgen._generated import Bindgen
    from dovetail.component import Component, Linker

    generator, everything = GENERATOR.read_bytes(), EVERYTHING.read_bytes()
    uncached = Engine(Config(cache=False))
    cached = Config(cache=directory / "cache")
    Component(Engine(cached), generator)
    component = Component(uncached, everything)
    linker = Linker(uncached)
    linker.define_unknown_imports_as_traps(component)

    def instantiate() -> None:
        with Store(uncached) as store:
            linker.instantiate(store, component)

    def start() -> None:
        # As `dovetail.bindgen` does it: a generated package with the engine's own WASI.
        with Store(Engine(cached)) as store:
            Bindgen(store)

    return {
        "import": import_nanoseconds("dovetail"),
        "compile": nanoseconds("make(engine, code)", make=Component, engine=uncached, code=generator),
        "cached_load": nanoseconds(
            "make(engine(config), code)", make=Component, engine=Engine, config=cached, code=generator
        ),
        "instantiate": nanoseconds("instantiate()", instantiate=instantiate),
        "start": nanoseconds("start()", start=start),
    }


def main() -> None:
    """Measures and prints."""
    from dovetail import Store, bindgen

    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        sys.path.insert(0, temporary)
        bindgen.write(bindgen.generate(EVERYTHING.read_bytes(), name="everything"), directory / "everything")
        with Store() as store:
            found = calls(store, importlib.import_module("everything"))
        found.update(guests())
        found.update(loops())
        found.update(starting(directory))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
