"""The component of the documentation: its host program, and what the sample contract promises about resources and errors."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from dovetail import Err, Resource, Some, Store


class Sink:
    """A host resource that refuses every write."""

    alive = 0

    def __init__(self, name: str) -> None:
        self.name = name
        Sink.alive += 1

    def write(self, data: bytes) -> int:
        raise Err("disk full")

    @staticmethod
    def flush() -> None:
        raise Err("cannot flush")

    def drop(self) -> None:
        Sink.alive -= 1


class HostLog:
    """Remembers what was logged."""

    Sink = Sink

    def __init__(self) -> None:
        self.lines: list[tuple[Any, str]] = []

    def log(self, level: Any, msg: str) -> None:
        self.lines.append((level, msg))


@pytest.fixture
def kv(package: Callable[[str], ModuleType]) -> ModuleType:
    """The generated package."""
    return package("kv")


@pytest.fixture
def host() -> HostLog:
    """The host's interface."""
    Sink.alive = 0
    return HostLog()


@pytest.fixture
def world(kv: ModuleType, host: HostLog) -> Iterator[Any]:
    """The component in a store."""
    with Store() as store:
        yield kv.Kv(store, kv.KvImports(host_log=host))


def entry(kv: ModuleType, key: str = "a", **fields: Any) -> Any:
    """Makes an entry."""
    types = kv.imports.types
    values = {
        "value": types.Value_Num(3),
        "tags": [("x", 1)],
        "perms": types.Perms.READ,
        **fields,
    }
    return kv.Entry(key=key, **values)


def test_put_returns_what_was_there(kv: ModuleType, world: Any) -> None:
    with world.store.Table("prices") as table:
        first = entry(kv)
        assert table.put(first) is None
        assert table.put(entry(kv, tags=[])) == first
        assert table.get("a") == entry(kv, tags=[])
        assert table.get("b") is None
        assert (table.keys(), table.size()) == (["a"], 1)


@pytest.mark.parametrize(
    "make",
    [
        lambda types: types.Value_None_(),
        lambda types: types.Value_Num(-(2**63)),
        lambda types: types.Value_Text("zwölf 🧀\0"),
        lambda types: types.Value_Blob(bytes(range(256))),
        lambda types: types.Value_Many([1.5, -0.0, float("inf")]),
    ],
)
def test_every_case_of_a_variant_passes_through(kv: ModuleType, world: Any, make: Callable[[Any], Any]) -> None:
    value = make(kv.imports.types)
    with world.store.Table("t") as table:
        table.put(entry(kv, value=value))
        found = table.get("a")
    assert found.value == value
    assert type(found.value) is type(value)


def test_the_error_of_a_host_resource_reaches_the_guest_as_a_value(kv: ModuleType, world: Any, host: HostLog) -> None:
    with world.store.Table("prices") as table:
        table.put(entry(kv))
    assert host.lines == [(kv.imports.types.Level.WARN, "put a: disk full")]


def test_merge_takes_its_first_argument(kv: ModuleType, world: Any) -> None:
    table, other = world.store.Table("prices"), world.store.Table("more")
    table.put(entry(kv))
    with world.store.Table.merge(table, other) as merged:
        assert merged.keys() == ["a"]
        assert world.store.describe(merged) == "table prices+more of 1 rows after 0 puts"
    with pytest.raises(ValueError, match="given away"):
        table.size()
    table.drop()
    assert other.size() == 0


def test_a_named_error_is_raised_as_its_own_class(kv: ModuleType, world: Any) -> None:
    types = kv.imports.types
    with pytest.raises(types.StockErrorRaised) as caught:
        world.store.open("nope", types.Perms.READ)
    assert caught.value.value == types.StockError_Short(3)
    assert isinstance(caught.value, Err)
    assert pickle.loads(pickle.dumps(caught.value)) == caught.value
    with pytest.raises(types.StockErrorRaised) as caught:
        world.store.open("table", types.Perms(0))
    assert caught.value.value == types.StockError_NotFound()


def test_an_unnamed_error_is_raised_as_err(kv: ModuleType, world: Any) -> None:
    left, right = world.store.Table("a"), world.store.Table("b")
    left.put(entry(kv))
    right.put(entry(kv))
    with pytest.raises(Err, match="both tables have the key a") as caught:
        world.store.Table.merge(left, right)
    assert type(caught.value) is Err


def test_nested_options_wrap_the_inner_one(world: Any) -> None:
    assert world.store.maybe() == Some(7)


def test_world_level_function(kv: ModuleType, world: Any) -> None:
    assert world.summarize([]) == (0, "x", 0.5)
    assert world.summarize((entry(kv, "é"), entry(kv, "b", tags=[]))) == (2, "é", 0.5)


def test_resources_have_the_type_of_their_protocol(kv: ModuleType, world: Any) -> None:
    table = world.store.Table("t")
    assert isinstance(table, kv.exports.store.Table)
    assert isinstance(table, Resource)
    assert isinstance(table, world.store.Table)
    assert table == table
    assert table != world.store.Table("t")
    with pytest.raises(TypeError):
        pickle.dumps(table)


def test_a_dropped_resource_refuses_use(world: Any) -> None:
    table = world.store.Table("t")
    with table:
        pass
    table.drop()
    with pytest.raises(ValueError, match="dropped"):
        table.size()
    with pytest.raises(ValueError, match="dropped"):
        world.store.describe(table)


def test_the_host_resource_lives_as_long_as_the_guest_keeps_it(world: Any) -> None:
    table = world.store.Table("t")
    assert Sink.alive == 1
    table.drop()
    assert Sink.alive == 0


def test_collected_handles_are_dropped_at_the_next_entry(world: Any) -> None:
    for _ in range(100):
        world.store.Table("t")
    gc.collect()
    world.store.maybe()
    assert Sink.alive == 0


def test_leaving_the_store_drops_everything(kv: ModuleType, host: HostLog) -> None:
    with Store() as store:
        tables = [kv.Kv(store, kv.KvImports(host_log=host)).store.Table("t") for _ in range(3)]
    with pytest.raises(ValueError, match="closed"):
        tables[0].size()


def test_more_resources_than_any_fixed_table_holds(world: Any) -> None:
    for _ in range(200_000):
        world.store.Table("t").drop()
    tables = [world.store.Table("t") for _ in range(1000)]
    assert Sink.alive == 1000
    assert tables[-1].size() == 0


def test_missing_imports_are_named(kv: ModuleType) -> None:
    class NoFlush:
        def __init__(self, name: str) -> None: ...
        def write(self, data: bytes) -> int:
            return 0

    class Host:
        Sink = NoFlush

        def log(self, level: Any, msg: str) -> None: ...

    from dovetail import LinkError

    with (
        Store() as store,
        pytest.raises(LinkError, match="`h2:kv/host-log@0.1.0`.*flush"),
    ):
        kv.Kv(store, kv.KvImports(host_log=Host()))


def test_a_method_that_is_only_inherited_from_the_protocol_is_missing(
    kv: ModuleType,
) -> None:
    class Host(kv.imports.host_log.HostLog):  # type: ignore[name-defined, misc]
        Sink = Sink

    from dovetail import LinkError

    with Store() as store, pytest.raises(LinkError, match="log"):
        kv.Kv(store, kv.KvImports(host_log=Host()))
