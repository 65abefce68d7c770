"""Handles: what was dropped or given away is refused, a failed call takes nothing, and every host object lives exactly as
long as something may still use it."""

from __future__ import annotations

import copy
import gc
import pickle
import sys
import weakref
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store, Trap
from everything_host import Counter, Host

GONE = "the resource was dropped or given away, or its borrow has ended"


def refused(call: Callable[[], object], error: type[BaseException], text: str) -> None:
    """The call raises exactly this class with exactly this text."""
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error
    assert str(caught.value) == text


@pytest.fixture
def accumulator(world: Any) -> Any:
    """The class of the component's resource."""
    return world.counters.Accumulator


def test_a_resource_that_was_given_away(world: Any, accumulator: Any) -> None:
    taker, given = accumulator("taker"), accumulator("given")
    taker.absorb(given)
    refused(given.total, ValueError, f"`total` argument `self`: {GONE}")
    refused(lambda: taker.absorb(given), ValueError, f"`absorb` argument `other`: {GONE}")
    refused(lambda: accumulator.larger(taker, given), ValueError, f"`larger` argument `right`: {GONE}")
    given.drop()
    with given:
        pass
    assert world.counters.alive() == 1


def test_dropping_twice_does_nothing(world: Any, accumulator: Any) -> None:
    first = accumulator("first")
    first.drop()
    second = accumulator("second")  # It may get the place of the first in every table.
    first.drop()
    with first:
        pass
    refused(first.name, ValueError, f"`name` argument `self`: {GONE}")
    assert (second.name(), world.counters.alive()) == ("second", 1)


def test_a_resource_cannot_be_given_to_itself(world: Any, accumulator: Any) -> None:
    one = accumulator("one")
    text = "`absorb` argument `other`: the resource is borrowed by a call under way"
    refused(lambda: one.absorb(one), ValueError, text)
    assert one.name() == "one"


def test_a_failed_call_takes_nothing(package: Callable[[str], ModuleType]) -> None:
    kv = package("kv")

    class Sink:
        def __init__(self, name: str) -> None: ...
        def write(self, data: bytes) -> int:
            return 0

        @staticmethod
        def flush() -> None: ...

    class HostLog:
        def log(self, level: Any, message: str) -> None: ...

    HostLog.Sink = Sink  # type: ignore[attr-defined]
    with Store() as store:
        tables = kv.Kv(store, kv.KvImports(host_log=HostLog())).store
        left, right = tables.Table("left"), tables.Table("right")
        refused(lambda: tables.Table.merge(left, 3), TypeError, "`merge` argument `b`: expected Table, got int")
        refused(lambda: tables.Table.merge(left, left), ValueError, f"`merge` argument `b`: {GONE}")
        assert tables.describe(left) == "table left of 0 rows after 0 puts"
        assert tables.Table.merge(left, right).size() == 0
        with pytest.raises(ValueError, match="given away"):
            left.size()


def test_a_failed_call_keeps_no_host_object(world: Any) -> None:
    counter = Counter(1)
    before = sys.getrefcount(counter)
    for _ in range(100):
        with pytest.raises(TypeError):
            world.counters.bump(counter, "many")
        with pytest.raises(OverflowError):
            world.counters.bump(counter, -1)
        assert world.counters.bump(counter, 2) is counter
        world.counters.peek(counter)
    assert sys.getrefcount(counter) == before
    assert counter.count == 201


def test_a_resource_of_another_instance_is_refused(everything: ModuleType) -> None:
    imports = everything.EverythingImports(host=Host(everything))
    text = "expected `accumulator` of this instance, got one of another"
    with Store() as store, Store() as other_store:
        world = everything.Everything(store, imports)
        mine = world.counters.Accumulator("mine")
        for elsewhere in (store, other_store):
            foreign = everything.Everything(elsewhere, imports).counters.Accumulator("foreign")
            refused(lambda foreign=foreign: mine.absorb(foreign), TypeError, f"`absorb` argument `other`: {text}")  # type: ignore[misc]
            refused(
                lambda foreign=foreign: type(mine).total(foreign),  # type: ignore[misc]
                TypeError,
                f"`total` argument `self`: {text}",
            )
            assert foreign.name() == "foreign"


def test_after_the_store_was_closed(make: Any) -> None:
    store = Store()
    world = make(store)
    kept = world.counters.Accumulator("kept")
    store.close()
    store.close()
    for call in (
        kept.total,
        lambda: world.add(1, 2),
        lambda: world.counters.Accumulator("new"),
        lambda: make(store),
        store.__enter__,
        store.set_limits,
    ):
        refused(call, ValueError, "the store is closed")
    kept.drop()
    with kept:
        pass


def test_more_constructor_calls_than_any_table_holds(world: Any, accumulator: Any) -> None:
    """Python's reference counts drop each handle: nobody has to."""
    for number in range(100_000):
        accumulator("x")
        if number % 10_000 == 0:
            assert world.counters.alive() == 0
    assert world.counters.alive() == 0


def test_handles_in_cycles_are_dropped_by_the_collector(world: Any, accumulator: Any) -> None:
    for _ in range(1000):
        one = accumulator("x")
        one.me = one
        del one
    gc.collect()
    assert world.counters.alive() == 0


def test_constructing_again_drops_what_was_there(world: Any, accumulator: Any) -> None:
    one = accumulator("first")
    one.__init__("second")
    assert (one.name(), world.counters.alive()) == ("second", 1)


def test_subclasses_work(world: Any, accumulator: Any) -> None:
    class Doubling(accumulator):  # type: ignore[misc]
        def total(self) -> float:
            return float(super().total() * 2)

    doubling = Doubling("d")
    doubling.add(2.0)
    assert doubling.total() == 4.0
    assert accumulator.larger(doubling, accumulator("e")) == "d"
    doubling.drop()


def test_resources_are_neither_pickled_nor_copied(accumulator: Any) -> None:
    one = accumulator("one")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        refused(
            lambda protocol=protocol: pickle.dumps(one, protocol),  # type: ignore[misc]
            TypeError,
            "cannot pickle `Accumulator`: a resource lives in its store",
        )
    refused(lambda: copy.copy(one), TypeError, "cannot copy `Accumulator`: a handle has one owner")
    refused(lambda: copy.deepcopy(one), TypeError, "cannot pickle `Accumulator`: a resource lives in its store")
    assert one.name() == "one"


def test_dropping_during_a_call_waits_for_it(make: Any) -> None:
    def following(self: Any, value: int) -> int:
        one.drop()
        return value + 1

    world = make(next=following)
    one = world.counters.Accumulator("one")
    assert world.call_host(1) == 1
    refused(one.name, ValueError, f"`name` argument `self`: {GONE}")
    assert world.counters.alive() == 0


def test_collecting_during_a_call_waits_for_it(make: Any) -> None:
    def following(self: Any, value: int) -> int:
        held.clear()
        gc.collect()
        assert other.add(1, 2) == 3  # Another instance of the store is entered and left meanwhile.
        return value + 1

    with Store() as store:
        world, other = make(store, next=following), make(store)
        held = [world.counters.Accumulator(str(number)) for number in range(3)]
        assert world.call_host(1) == 1
        assert world.counters.alive() == 0


def test_closing_the_store_during_a_call_is_refused(make: Any) -> None:
    store = Store()

    def following(self: Any, value: int) -> int:
        refused(store.close, RuntimeError, "the store is in use: it cannot be closed during a call into it")
        return value + 1

    assert make(store, next=following).call_host(1) == 1
    store.close()


def test_the_destructor_of_a_host_object_that_raises(make: Any) -> None:
    class Dropping(Counter):
        def drop(self) -> None:
            raise LookupError("while dropping")

    world = make(Counter=Dropping)
    seen = weakref.ref(counter := Dropping(3))
    with pytest.raises(LookupError, match="while dropping"):
        world.counters.use_counters(1, 2)
    with pytest.raises(Trap, match="an earlier call into it was stopped"):
        world.counters.keep(counter)
    del counter
    gc.collect()
    assert seen() is None


def test_a_host_object_lives_as_long_as_the_guest_keeps_it(world: Any) -> None:
    Counter.dropped = 0
    counter = Counter(3)
    seen = weakref.ref(counter)
    world.counters.keep(counter)
    del counter
    gc.collect()
    assert seen() is not None
    back = world.counters.release()
    assert back is seen()
    del back
    assert seen() is None
    assert Counter.dropped == 0, "it was given back, not dropped"

    world.counters.keep(Counter(1))
    world.counters.keep(Counter(2))  # The guest lets go of the first.
    assert Counter.dropped == 1


def test_a_lent_host_object_is_let_go_after_the_call(world: Any) -> None:
    counter = Counter(3)
    seen = weakref.ref(counter)
    assert world.counters.peek(counter) == 3
    del counter
    assert seen() is None


def test_closing_the_store_lets_go_of_host_objects(make: Any) -> None:
    store = Store()
    world = make(store)
    counter = Counter(3)
    seen = weakref.ref(counter)
    world.counters.keep(counter)
    del counter
    store.close()
    assert seen() is None


@pytest.mark.parametrize("closed", [True, False])
def test_world_host_and_store_are_freed(everything: ModuleType, closed: bool) -> None:
    store, host = Store(), Host(everything)
    world = everything.Everything(store, everything.EverythingImports(host=host))
    world.counters.Accumulator("x")
    world.counters.keep(Counter(1))
    world.add(1, 2)
    if closed:
        store.close()
    seen = [weakref.ref(thing) for thing in (store, host, world)]
    del store, host, world
    gc.collect()
    assert [ref() for ref in seen] == [None, None, None]


def test_a_resource_alone_keeps_its_store(everything: ModuleType) -> None:
    store = Store()
    world = everything.Everything(store, everything.EverythingImports(host=Host(everything)))
    one = world.counters.Accumulator("one")
    seen = weakref.ref(store)
    del store, world
    gc.collect()
    assert one.name() == "one"
    del one
    gc.collect()
    assert seen() is None


def test_objects_that_lie_about_being_resources(world: Any, accumulator: Any) -> None:
    from unittest.mock import Mock

    liar = Mock(spec=accumulator("x"))
    assert isinstance(liar, accumulator)
    one = accumulator("one")
    refused(lambda: one.absorb(liar), TypeError, "`absorb` argument `other`: expected Accumulator, got Mock")


def test_what_is_no_host_object(world: Any) -> None:
    for wrong, found in ((object(), "object"), (None, "NoneType"), (3, "int"), ("text", "str")):
        refused(
            lambda wrong=wrong: world.counters.peek(wrong),  # type: ignore[misc]
            TypeError,
            f"`peek` argument `c`: expected an object for `counter` with a method `add`, got {found}",
        )
