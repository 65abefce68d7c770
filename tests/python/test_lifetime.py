"""What lives how long: stores, host objects, handles; and Python code that runs where one does not expect it."""

from __future__ import annotations

import dataclasses
import gc
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store, Trap
from dovetail.component import Component

TAKING = Path(__file__).parent / "guests/taking.wat"


class Sink:
    """A host resource."""

    def __init__(self, name: str) -> None:
        self.name = name

    def write(self, data: bytes) -> int:
        return len(data)

    @staticmethod
    def flush() -> None: ...


class HostLog:
    """A host whose `log` may be replaced."""

    Sink = Sink
    world: Any = None

    def __init__(self, log: Callable[[Any, str], None] = lambda level, message: None) -> None:
        self.on_log = log

    def log(self, level: Any, message: str) -> None:
        self.on_log(level, message)


@pytest.fixture
def kv(package: Callable[[str], ModuleType]) -> ModuleType:
    """The generated package."""
    return package("kv")


def entry(kv: ModuleType) -> Any:
    """Some entry."""
    types = kv.imports.types
    return kv.Entry(key="k", value=types.Value_Num(1), tags=[], perms=types.Perms.READ)


def test_a_cycle_through_the_store_is_collected(kv: ModuleType) -> None:
    host = HostLog()
    world = kv.Kv(Store(), kv.KvImports(host_log=host))
    host.world = world  # The host knows the world, the world's store knows the host.
    table = world.store.Table("t")
    host.table = table  # type: ignore[attr-defined]
    seen = weakref.ref(host)
    del host, world, table
    gc.collect()
    assert seen() is None


def test_exports_keep_their_store_alive(kv: ModuleType) -> None:
    size = kv.Kv(Store(), kv.KvImports(host_log=HostLog())).store.Table("t").size
    gc.collect()
    assert size() == 0


def test_exports_have_weak_references(kv: ModuleType) -> None:
    world = kv.Kv(Store(), kv.KvImports(host_log=HostLog()))
    table = world.store.Table("t")
    gone: list[object] = []
    function = world.store.describe
    seen, method = weakref.ref(function, gone.append), weakref.WeakMethod(table.size)
    assert seen() is function and method() == table.size and not gone
    del world, table, function
    gc.collect()
    assert seen() is None and method() is None and gone == [seen]


def test_classes_of_host_objects_are_collected_with_their_store() -> None:
    def use() -> weakref.ref[Store]:
        class Thing:
            def look(self) -> Any:
                return world

        class Host:
            r = R = Thing

        store = Store()
        world: Any = Component(store.engine, TAKING.read_text()).instantiate(store, h=Host())
        world.take(Thing())
        world.take(Thing())
        return weakref.ref(store)

    seen = [use() for _ in range(3)]
    gc.collect()
    assert [store() for store in seen] == [None] * 3


def test_classes_that_stand_for_a_type_are_collected_with_their_store(everything: ModuleType, make: Any) -> None:
    def use() -> weakref.ref[type]:
        @dataclasses.dataclass
        class Point:
            x: float
            y: float

            def look(self) -> Any:
                return world

        world = make(Store())
        for _ in range(2):
            assert world.echo.a_point(Point(1, 2)) == everything.imports.types.Point(x=1, y=2)
        return weakref.ref(Point)

    seen = [use() for _ in range(100)]
    gc.collect()
    assert {point() for point in seen} == {None}


def test_closing_lets_go_of_the_host(kv: ModuleType) -> None:
    host = HostLog()
    seen = weakref.ref(host)
    with Store() as store:
        world = kv.Kv(store, kv.KvImports(host_log=host))
        world.store.Table("t")
    del host, world
    gc.collect()
    assert seen() is None


def test_a_finalizer_that_calls_the_guest_while_it_is_converted_for(kv: ModuleType) -> None:
    with Store() as store:
        world = kv.Kv(store, kv.KvImports(host_log=HostLog()))
        table = world.store.Table("t")
        refused: list[type[BaseException]] = []

        class Entry(kv.Entry):  # type: ignore[name-defined, misc]
            def __getattribute__(self, name: str) -> Any:
                if name == "key":
                    try:
                        table.size()
                    except RuntimeError as error:
                        refused.append(type(error))
                return super().__getattribute__(name)

        ordinary = entry(kv)
        special = Entry(key="k", value=ordinary.value, tags=[], perms=ordinary.perms)
        table.put(special)
        assert refused == [RuntimeError]
        assert table.size() == 1


def test_a_list_that_changes_while_it_is_converted(kv: ModuleType) -> None:
    with Store() as store:
        world = kv.Kv(store, kv.KvImports(host_log=HostLog()))
        entries: list[Any] = [entry(kv) for _ in range(100)]

        class Entry(kv.Entry):  # type: ignore[name-defined, misc]
            def __getattribute__(self, name: str) -> Any:
                if name == "key":
                    del entries[10:]
                return super().__getattribute__(name)

        ordinary = entry(kv)
        entries[0] = Entry(key="k", value=ordinary.value, tags=[], perms=ordinary.perms)
        with pytest.raises(ValueError, match="changed"):
            world.summarize(entries)
        assert world.summarize([]) == (0, "x", 0.5)


def test_the_host_calls_the_component_that_called_it(kv: ModuleType) -> None:
    errors: list[BaseException] = []

    def log(level: Any, message: str) -> None:
        try:
            host.world.summarize([])
        except BaseException as error:
            errors.append(error)
            raise

    host = HostLog(log)
    with Store() as store:
        host.world = kv.Kv(store, kv.KvImports(host_log=host))
        table = host.world.store.Table("t")
        with pytest.raises(Trap):
            table.put(entry(kv))
        assert [type(error) for error in errors] == [Trap]


def test_the_host_calls_another_component_of_the_store(kv: ModuleType) -> None:
    seen: list[Any] = []
    with Store() as store:
        other = kv.Kv(store, kv.KvImports(host_log=HostLog()))
        host = HostLog(lambda level, message: seen.append(other.summarize([])))
        kv.Kv(store, kv.KvImports(host_log=host)).store.Table("t").put(entry(kv))
    assert seen == [(0, "x", 0.5)] * len(seen)


def test_a_store_closed_by_the_host_during_a_call(kv: ModuleType) -> None:
    with Store() as store:
        host = HostLog(lambda level, message: store.close())
        table = kv.Kv(store, kv.KvImports(host_log=host)).store.Table("t")
        try:
            table.put(entry(kv))
        except RuntimeError as error:
            assert "in use" in str(error)


def test_a_resource_class_without_its_constructor(kv: ModuleType) -> None:
    with Store() as store:
        table_class = kv.Kv(store, kv.KvImports(host_log=HostLog())).store.Table
        table = table_class.__new__(table_class)
        with pytest.raises(ValueError, match="constructed"):
            table.size()
        table.drop()


def test_signatures_and_docs(kv: ModuleType) -> None:
    import inspect

    with Store() as store:
        world = kv.Kv(store, kv.KvImports(host_log=HostLog()))
        assert list(inspect.signature(world.summarize).parameters) == ["entries"]
        assert list(inspect.signature(world.store.Table.put).parameters) == ["self", "e"]
        assert list(inspect.signature(world.store.open).parameters) == ["name", "p"]
        assert world.store.open.__name__ == "open"
        assert world.store.open.__doc__ == kv.exports.store.Store.open.__doc__
        assert "Table" in repr(world.store.Table)
        assert "open" in repr(world.store.open)


STORES = """
from dovetail import Engine, Store
engine, store = Engine(), None
for _ in range(100_000):
    store = Store(engine, data=store)
store = None
print("freed")
"""


def test_a_long_chain_of_stores_is_freed(python: Callable[..., CompletedProcess[str]]) -> None:
    """Each is the `data` of the next one. No stack would do for as many ends inside of one another."""
    done = python("-c", STORES)
    assert (done.returncode, done.stdout, done.stderr) == (0, "freed\n", "")


def test_nothing_half_filled_is_found_by_the_collector() -> None:
    """Native code that came upon an empty slot would crash. A record's attributes may be missing, and be set by anyone."""
    holes: list[type] = []
    things: list[weakref.ref[Sink]] = []

    def look(_phase: str, _: object) -> None:
        for value in gc.get_objects():
            if isinstance(value, list | tuple) and len(gc.get_referents(value)) < len(value):
                holes.append(type(value))
            elif type(value).__name__ == "Row" and not hasattr(value, "right"):
                thing = Sink("set by others")
                things.append(weakref.ref(thing))
                object.__setattr__(value, "right", thing)

    guest = (Path(__file__).parent / "guests" / "rows.wat").read_text()
    with Store() as store:
        world: Any = Component(store.engine, guest, name="rows").instantiate(store)
        thresholds = gc.get_threshold()
        gc.freeze()  # What was there before need not be looked at.
        gc.callbacks.append(look)
        gc.set_threshold(1)
        try:
            tuples, rows = world.tuples(), world.made.rows()
        finally:
            gc.set_threshold(*thresholds)
            gc.callbacks.remove(look)
            gc.unfreeze()
    assert not holes
    assert tuples == [([], [])] * 37
    assert [(row.left, row.right) for row in rows] == tuples
    # From CPython 3.12 on the collector waits for the next instruction of Python code, of which there is none here.
    assert things or sys.version_info >= (3, 12)
    assert all(thing() is None for thing in things)
    assert gc.is_tracked(tuples)
    assert gc.is_tracked(tuples[0])
