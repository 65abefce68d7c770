"""Measures wasmtime-py with the same guests, through its component API. Prints JSON: nanoseconds by case."""

from __future__ import annotations

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


def point(x: float, y: float) -> Any:
    """A record of wasmtime-py: an object with attributes."""
    from wasmtime.component import Record

    record = Record()
    record.x = x  # type: ignore[attr-defined]
    record.y = y  # type: ignore[attr-defined]
    return record


def define_host(linker: Any, wasmtime: Any, component: Any) -> None:
    """Defines the guest's imports: `next` as it is called, the others so that they are there."""
    linker.allow_shadowing = True
    linker.define_unknown_imports_as_traps(component)
    with linker.root() as root, root.add_instance("tests:everything/host@0.1.0") as host:
        host.add_resource("counter", wasmtime.component.ResourceType.host(1), lambda store, rep: None)
        host.add_func("next", lambda store, value: value + 1)
        host.add_func("transform", lambda store, shape: shape)
        host.add_func("divide", lambda store, left, right: left)
        host.add_func("notify", lambda store, message: None)
        host.add_func("locate", lambda store, name: None)
        for name in ("[constructor]counter", "[method]counter.add", "[method]counter.value", "[static]counter.sum"):
            host.add_func(name, lambda store, *arguments: None)


def calls() -> dict[str, float]:
    """Everything that is a call."""
    import wasmtime
    import wasmtime.component

    engine = wasmtime.Engine()
    component = wasmtime.component.Component(engine, EVERYTHING.read_bytes())
    linker = wasmtime.component.Linker(engine)
    define_host(linker, wasmtime, component)
    store = wasmtime.Store(engine)
    instance = linker.instantiate(store, component)

    def find(*path: str) -> Any:
        index = None
        for name in path:
            index = instance.get_export_index(store, name, index)
            assert index is not None, path
        function = instance.get_func(store, index)
        assert function is not None
        return function

    def echo(name: str) -> Any:
        return find("tests:everything/echo@0.1.0", name)

    def shape(value: Any, case: str) -> Any:
        try:
            echo("a-shape")(store, value)
        except TypeError:
            return wasmtime.component.Variant(case, value)
        return value

    points = [point(1.0, 2.0) for _ in range(1000)]
    one = points[:1]
    floats = [float(number) for number in range(1000)]
    kilobyte, megabyte = b"x" * 1000, b"x" * 1_000_000
    short, medium, long = "x" * 10, "x" * 1000, "x" * 1_000_000
    nothing, add, text, length = echo("nothing"), find("add"), echo("text"), find("length")
    numbers, records, a_shape, octets = echo("floats"), echo("points"), echo("a-shape"), echo("bytes")
    circle, label = shape(1.5, "circle"), shape("ten bytes!", "label")
    counters = "tests:everything/counters@0.1.0"
    accumulator = find(counters, "[constructor]accumulator")(store, "a")
    total, call_host = find(counters, "[method]accumulator.total"), find("call-host")
    module = wasmtime.Module(engine, (ROOT / "bench/add.wat").read_text())
    core = wasmtime.Instance(store, module, []).exports(store)["add"]
    return {
        "nothing": nanoseconds(lambda: nothing(store)),
        "integers": nanoseconds(lambda: add(store, 1, 2)),
        "string_10": nanoseconds(lambda: text(store, short)),
        "string_1k": nanoseconds(lambda: text(store, medium)),
        "string_1m": nanoseconds(lambda: text(store, long)),
        "bytes_in_1k": nanoseconds(lambda: length(store, kilobyte)),
        "bytes_in_1m": nanoseconds(lambda: length(store, megabyte)),
        "bytes_1k": nanoseconds(lambda: octets(store, kilobyte)),
        "bytes_1m": nanoseconds(lambda: octets(store, megabyte)),
        "floats_1000": nanoseconds(lambda: numbers(store, floats)),
        "record_1": nanoseconds(lambda: records(store, one)),
        "records_1000": nanoseconds(lambda: records(store, points)),
        "variant_float": nanoseconds(lambda: a_shape(store, circle)),
        "variant_string": nanoseconds(lambda: a_shape(store, label)),
        "host_import": nanoseconds(lambda: call_host(store, LOOP), per=LOOP),
        "resource_method": nanoseconds(lambda: total(store, accumulator)),
        "core_integers": nanoseconds(lambda: core(store, 1, 2)),
    }


def starting(directory: Path) -> dict[str, float]:
    """Everything that happens before calls."""
    import wasmtime
    import wasmtime.component

    engine = wasmtime.Engine()
    generator = GENERATOR.read_bytes()
    saved = directory / "generator.cwasm"
    saved.write_bytes(wasmtime.component.Component(engine, generator).serialize())
    component = wasmtime.component.Component(engine, EVERYTHING.read_bytes())
    linker = wasmtime.component.Linker(engine)
    linker.define_unknown_imports_as_traps(component)
    return {
        "import": import_nanoseconds("wasmtime.component"),
        "compile": nanoseconds(lambda: wasmtime.component.Component(engine, generator)),
        "cached_load": nanoseconds(lambda: wasmtime.component.Component.deserialize_file(engine, str(saved))),
        "instantiate": nanoseconds(lambda: linker.instantiate(wasmtime.Store(engine), component)),
    }


def main() -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as temporary:
        found = {**calls(), **starting(Path(temporary))}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
