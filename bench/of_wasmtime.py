"""Measures wasmtime-py with the same guests, through its component API. Prints JSON: nanoseconds by case."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from cases import LOOP, LOOPS, layouts
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
    floats = [float(number) for number in range(1000)]
    kilobyte, megabyte = b"x" * 1000, b"x" * 1_000_000
    nothing, add, text, length = echo("nothing"), find("add"), echo("text"), find("length")
    numbers, records, a_shape, octets = echo("floats"), echo("points"), echo("a-shape"), echo("bytes")
    circle, label = shape(1.5, "circle"), shape("ten bytes!", "label")
    counters = "tests:everything/counters@0.1.0"
    accumulator = find(counters, "[constructor]accumulator")(store, "a")
    total, call_host = find(counters, "[method]accumulator.total"), find("call-host")
    module = wasmtime.Module(engine, (ROOT / "bench/add.wat").read_text())
    core = wasmtime.Instance(store, module, []).exports(store)["add"]
    return {
        "nothing": nanoseconds("f(store)", f=nothing, store=store),
        "integers": nanoseconds("f(store, 1, 2)", f=add, store=store),
        "string_10": nanoseconds("f(store, v)", f=text, store=store, v="x" * 10),
        "string_1k": nanoseconds("f(store, v)", f=text, store=store, v="x" * 1000),
        "string_1m": nanoseconds("f(store, v)", f=text, store=store, v="x" * 1_000_000),
        "bytes_in_1k": nanoseconds("f(store, v)", f=length, store=store, v=kilobyte),
        "bytes_in_1m": nanoseconds("f(store, v)", f=length, store=store, v=megabyte),
        "bytes_1k": nanoseconds("f(store, v)", f=octets, store=store, v=kilobyte),
        "bytes_1m": nanoseconds("f(store, v)", f=octets, store=store, v=megabyte),
        "floats_1000": nanoseconds("f(store, v)", f=numbers, store=store, v=floats),
        "record_1": nanoseconds("f(store, v)", f=records, store=store, v=points[:1]),
        "records_1000": nanoseconds("f(store, v)", f=records, store=store, v=points),
        "variant_float": nanoseconds("f(store, v)", f=a_shape, store=store, v=circle),
        "variant_string": nanoseconds("f(store, v)", f=a_shape, store=store, v=label),
        "host_import": nanoseconds("f(store, times)", f=call_host, store=store, times=LOOP, per=LOOP),
        "resource_method": nanoseconds("f(store, v)", f=total, store=store, v=accumulator),
        "core_integers": nanoseconds("f(store, 1, 2)", f=core, store=store),
    }


def loops() -> dict[str, float]:
    """What looking at the epoch costs guests, compiled with and without."""
    import wasmtime

    found = {}
    for suffix, interruptible in {"": True, "_plain": False}.items():
        config = wasmtime.Config()
        config.epoch_interruption = interruptible
        engine = wasmtime.Engine(config)
        store = wasmtime.Store(engine)
        if interruptible:
            store.set_epoch_deadline(1)
        for name, (rounds, thousands) in LOOPS.items():
            spent = []
            for text in layouts((ROOT / f"bench/{name}.wat").read_text()):
                run = wasmtime.Instance(store, wasmtime.Module(engine, text), []).exports(store)["run"]
                spent.append(nanoseconds("f(store, rounds)", f=run, store=store, rounds=rounds))
            found[name + suffix] = min(spent) / (rounds * thousands)
    return found


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
    load = wasmtime.component.Component.deserialize_file
    starting_linker = wasmtime.component.Linker(engine)
    starting_linker.define_unknown_imports_as_traps(load(engine, str(saved)))
    return {
        "import": import_nanoseconds("wasmtime.component"),
        "compile": nanoseconds("make(engine, code)", make=wasmtime.component.Component, engine=engine, code=generator),
        "cached_load": nanoseconds("load(engine, path)", load=load, engine=engine, path=str(saved)),
        "instantiate": nanoseconds(
            "linker.instantiate(make(engine), component)",
            linker=linker,
            make=wasmtime.Store,
            engine=engine,
            component=component,
        ),
        "start": nanoseconds(
            "linker.instantiate(make(engine), load(engine, path))",
            linker=starting_linker,
            make=wasmtime.Store,
            load=load,
            engine=engine,
            path=str(saved),
        ),
    }


def main() -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as temporary:
        found = {**calls(), **loops(), **starting(Path(temporary))}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
