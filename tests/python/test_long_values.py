"""Values that are long, or that a guest makes long: they are bounded, and signals, timeouts and other threads are heard meanwhile."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from alarms import alarm
from dovetail import Store, TimeoutTrap, Trap, TrapCode
from dovetail.component import Component, Linker

pytestmark = pytest.mark.usefixtures("no_collections")
GUEST = Path(__file__).parent / "guests" / "sharing.wat"
SOON = 0.1
"""Within how many seconds the conversion of a value stops."""
FOR_LONG = 1000
"""A tree of so many entries on each of its four levels takes hours."""


def load(store: Store, **options: Any) -> Component:
    """The guest."""
    return Component(store.engine, GUEST.read_text(), name="sharing", **options)


def linker_for(store: Store) -> Linker:
    """Has the guest's import."""
    linker = Linker(store.engine)
    linker.root().add_func("plant", lambda _store, tree: None)
    return linker


def instantiate(store: Store, **options: Any) -> Any:
    """An instance of the guest in this store."""
    return linker_for(store).instantiate(store, load(store, **options)).exports


@pytest.fixture
def store() -> Iterator[Store]:
    """A store whose values may be as large as they like."""
    with Store() as store:
        store.set_limits(value_size=1 << 62)
        yield store


WAYS: dict[str, Callable[[Any], object]] = {
    "result": lambda instance: instance.tree(FOR_LONG),
    "parameter": lambda instance: instance.give(FOR_LONG),
}
both_ways = pytest.mark.parametrize("call", WAYS.values(), ids=WAYS)


@both_ways
def test_control_c_ends_the_making_of_a_value(store: Store, call: Callable[[Any], object]) -> None:
    instance = instantiate(store)
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        call(instance)
    assert 0.15 < time.monotonic() - start < 0.2 + SOON


@both_ways
def test_a_timeout_ends_the_making_of_a_value(store: Store, call: Callable[[Any], object]) -> None:
    instance = instantiate(store)
    store.timeout = 0.2
    start = time.monotonic()
    with pytest.raises(TimeoutTrap, match="the call took longer than its timeout of 200ms"):
        call(instance)
    assert 0.2 <= time.monotonic() - start < 0.2 + SOON


@both_ways
def test_a_timeout_ends_the_making_of_an_awaited_value(store: Store, call: Callable[[Any], Any]) -> None:
    async def main() -> None:
        instance = await linker_for(store).instantiate_async(store, load(store, mode="async"))
        await call(instance.exports)

    store.timeout = 0.2
    start = time.monotonic()
    with pytest.raises(TimeoutTrap):
        asyncio.run(main())
    assert 0.2 <= time.monotonic() - start < 1, "with the time that compiling takes"


@both_ways
def test_other_threads_go_on_while_a_value_is_made(store: Store, call: Callable[[Any], object]) -> None:
    instance = instantiate(store)
    over = threading.Event()
    times: list[float] = []

    def other() -> None:
        while not over.wait(0.01):
            times.append(time.monotonic())

    thread = threading.Thread(target=other)
    thread.start()
    store.timeout = 0.5
    start = time.monotonic()
    with pytest.raises(TimeoutTrap):
        call(instance)
    end = time.monotonic()
    over.set()
    thread.join()
    assert sum(start < at < end for at in times) >= 10


def test_an_instance_whose_result_was_interrupted_goes_on(store: Store) -> None:
    """Its function had returned."""
    instance = instantiate(store)

    def stop(number: int, frame: FrameType | None) -> None:
        raise InterruptedError

    with alarm(0.05, stop), pytest.raises(InterruptedError):
        instance.tree(FOR_LONG)
    assert len(instance.numbers(3)) == 3


def test_a_handler_may_use_the_store_while_a_value_is_made(store: Store) -> None:
    instance, other = instantiate(store), instantiate(store)
    results: list[object] = []

    def handler(number: int, frame: FrameType | None) -> None:
        results.append(other.numbers(100_000) == [0] * 100_000)
        try:
            instance.numbers(1)
        except Trap as trap:
            results.append(trap.code)

    with alarm(0.01, handler):
        assert list(instance.tree(40)) == [0]
    assert results == [True, TrapCode.CANNOT_ENTER_COMPONENT]


MILLIONS = 4_000_000
NUMBERS = [7] * (2 * MILLIONS)
TUPLE = tuple(NUMBERS)
TRUTHS = [True] * MILLIONS
CONVERSIONS: dict[str, Callable[[Any], object]] = {
    "numbers from a guest": lambda instance: instance.numbers(5 * MILLIONS),
    "values from a guest": lambda instance: instance.truths(MILLIONS),
    "numbers to a guest": lambda instance: instance.take_numbers(NUMBERS),
    "numbers of a tuple": lambda instance: instance.take_numbers(TUPLE),
    "values to a guest": lambda instance: instance.take_truths(TRUTHS),
}


@pytest.mark.parametrize("call", CONVERSIONS.values(), ids=CONVERSIONS)
def test_signals_are_handled_in_the_middle_of_a_long_list(store: Store, call: Callable[[Any], object]) -> None:
    instance = instantiate(store)
    start = time.monotonic()
    expected = call(instance)
    took = time.monotonic() - start
    seen: list[float] = []
    with alarm(took / 4, lambda number, frame: seen.append(time.monotonic())):
        start = time.monotonic()
        assert call(instance) == expected
        end = time.monotonic()
    assert len(seen) == 1
    assert seen[0] < start + (end - start) * 0.7, "the handler ran when the call was over"


def test_the_bytes_of_a_value_are_bounded() -> None:
    with Store() as store:
        instance = instantiate(store)
        store.set_limits(value_size=800 + 100 * 40)
        assert [len(row) for row in instance.rows(100, 10)] == [10] * 100
        with pytest.raises(Trap) as caught:
            instance.rows(100, 11)
        assert caught.value.code is TrapCode.ALLOCATION_TOO_LARGE
        assert str(caught.value) == (
            "allocation size too large: `result`: element 90: the value has at least 4804 bytes in its strings and lists, "
            "and the store takes 4800: its limit `value_size` can be raised"
        )


@pytest.mark.parametrize("number_lists", ["list", "buffer"])
def test_by_default_a_value_has_128_mib(number_lists: str) -> None:
    with Store() as store:
        instance = instantiate(store, number_lists=number_lists)
        with pytest.raises(Trap, match="the store takes 134217728") as caught:
            instance.rows(1000, 100_000)
        assert caught.value.code is TrapCode.ALLOCATION_TOO_LARGE


def test_a_bound_is_left_as_it_is() -> None:
    with Store() as store:
        instance = instantiate(store)
        store.set_limits(value_size=39)
        store.set_limits(memory_size=1 << 30)
        with pytest.raises(Trap, match="`value_size` can be raised"):
            instance.numbers(10)


SHORT_OF_MEMORY = """
import resource, sys
sys.path.append({path!r})
from dovetail import Store
from test_long_values import instantiate
store = Store()
store.set_limits(value_size=1 << 40)
instance = instantiate(store, number_lists={number_lists!r})
taken = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (taken + (300 << 20),) * 2)
try:
    instance.rows(2000, 200_000)
except MemoryError:
    print("no memory")
"""


# How much a process takes already is in `/proc`, and elsewhere than on Linux `RLIMIT_AS` does not bound what it takes on top.
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("number_lists", ["list", "buffer"])
def test_no_memory_for_a_value_is_an_exception(python: Callable[..., Any], number_lists: str) -> None:
    code = SHORT_OF_MEMORY.format(path=str(Path(__file__).parent), number_lists=number_lists)
    done = python("-c", code)
    assert (done.returncode, done.stdout) == (0, "no memory\n"), done.stderr
