"""Measures Dovetail: generated packages for calls, as users call. Prints JSON: nanoseconds by case."""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from cases import LOOP
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


def calls(store: Any, package: Any) -> dict[str, float]:
    """Everything that is a call."""
    import dovetail

    types = package.imports.types
    world = package.Everything(store, package.EverythingImports(host=Host()))
    echo = world.echo
    point = types.Point(x=1.0, y=2.0)
    points, one = [point] * 1000, [point]
    floats = [float(number) for number in range(1000)]
    kilobyte, megabyte = b"x" * 1000, b"x" * 1_000_000
    short, medium, long = "x" * 10, "x" * 1000, "x" * 1_000_000
    circle, label = types.Shape_Circle(1.5), types.Shape_Label("ten bytes!")
    accumulator = world.counters.Accumulator("a")
    wasm = dovetail.wat2wasm((ROOT / "bench/add.wat").read_bytes())
    core = dovetail.Instance(store, dovetail.Module(store.engine, wasm), []).exports(store)["add"]
    return {
        "nothing": nanoseconds(echo.nothing),
        "integers": nanoseconds(lambda: world.add(1, 2)),
        "string_10": nanoseconds(lambda: echo.text(short)),
        "string_1k": nanoseconds(lambda: echo.text(medium)),
        "string_1m": nanoseconds(lambda: echo.text(long)),
        "bytes_in_1k": nanoseconds(lambda: world.length(kilobyte)),
        "bytes_in_1m": nanoseconds(lambda: world.length(megabyte)),
        "bytes_1k": nanoseconds(lambda: echo.bytes(kilobyte)),
        "bytes_1m": nanoseconds(lambda: echo.bytes(megabyte)),
        "floats_1000": nanoseconds(lambda: echo.floats(floats)),
        "record_1": nanoseconds(lambda: echo.points(one)),
        "records_1000": nanoseconds(lambda: echo.points(points)),
        "variant_float": nanoseconds(lambda: echo.a_shape(circle)),
        "variant_string": nanoseconds(lambda: echo.a_shape(label)),
        "host_import": nanoseconds(lambda: world.call_host(LOOP), per=LOOP),
        "resource_method": nanoseconds(accumulator.total),
        "core_integers": nanoseconds(lambda: core(store, 1, 2)),
    }


def starting(directory: Path) -> dict[str, float]:
    """Everything that happens before calls."""
    from dovetail import Config, Engine, Store
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

    return {
        "import": import_nanoseconds("dovetail"),
        "compile": nanoseconds(lambda: Component(uncached, generator)),
        "cached_load": nanoseconds(lambda: Component(Engine(cached), generator)),
        "instantiate": nanoseconds(instantiate),
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
        found.update(starting(directory))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
