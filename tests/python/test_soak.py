"""A soak: calls, refusals, errors, traps, cancels and collections in any order for a while. In the end memory is steady, and no
handle, reference or object is left over. Twenty seconds long, and ten minutes with `--all`."""

from __future__ import annotations

import gc
import random
import sys
import time
import tracemalloc
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import pytest
from dovetail import Err, Store, Trap
from everything_host import Counter, Host
from test_survival import resident

SHORT, LONG = 20.0, 600.0
ROUNDS = 6
"""How many times the state is looked at; the first round only warms up."""

Operation = Callable[["Bench"], object]


class Bench:
    """A store with a world in it, and what the operations keep between them."""

    def __init__(self, package: ModuleType, chance: random.Random) -> None:
        self.package = package
        self.types = package.imports.types
        self.chance = chance
        self.held: list[Any] = []
        self.renew()

    def renew(self) -> None:
        """Begins anew: with a closed store, or with one that is only let go of, as the collector finds it."""
        if hasattr(self, "store") and self.chance.random() < 0.7:
            self.store.close()
        self.held.clear()
        self.store = Store()
        self.host = Host(self.package)
        self.world = self.package.Everything(self.store, self.package.EverythingImports(host=self.host))
        self.host.world = self.world  # type: ignore[attr-defined] # A cycle through the store.

    def text(self) -> str:
        return "é" * self.chance.randrange(2000)


def values(bench: Bench) -> None:
    echo, types = bench.world.echo, bench.types
    text = bench.text()
    assert echo.text(text) == text
    assert echo.texts([text, "a"]) == [text, "a"]
    assert echo.bytes(text.encode()) == text.encode()
    shapes = [types.Shape_Label(text), types.Shape_Polygon([types.Point(x=1.0, y=2.0)] * 10)]
    assert echo.shapes(shapes) == shapes
    assert echo.lists([[number] * 3 for number in range(50)])[-1] == [49] * 3


def refusals(bench: Bench) -> None:
    echo = bench.world.echo
    for call in (
        lambda: echo.unsigned8(300),
        lambda: echo.texts(["a", "\ud800"]),
        lambda: echo.texts(text for text in "ab"),
        lambda: echo.points([bench.types.Point(x=1.0, y="2")]),
        lambda: bench.world.counters.bump(Counter(1), bench.text()),
        lambda: bench.world.counters.Accumulator(3),
    ):
        with pytest.raises((TypeError, ValueError, OverflowError)):
            call()


def errors(bench: Bench) -> None:
    with pytest.raises(Err):
        bench.world.echo.attempt(bench.types.Failure_NotFound(bench.text()))
    with pytest.raises(Err):
        bench.world.ask_divide(1, 0)
    assert bench.world.echo.outcomes([Err(bench.text())])


def resources(bench: Bench) -> None:
    counters = bench.world.counters
    bench.held.append(counters.Accumulator(bench.text()))
    bench.held[0].absorb(counters.Accumulator("given"))
    for part in bench.held[0].split(3):
        if bench.chance.random() < 0.5:
            part.drop()
    cycle: list[Any] = [counters.Accumulator("cycle")]
    cycle.append(cycle)
    with counters.Accumulator("with") as one:
        one.add(1.0)
    if len(bench.held) > 50:
        bench.held.clear()


def host_resources(bench: Bench) -> None:
    counters = bench.world.counters
    counter = Counter(1)
    assert counters.bump(counter, 3) is counter
    counters.peek(counter)
    counters.use_counters(2, 3)
    counters.keep(Counter(2))
    if bench.chance.random() < 0.5:
        counters.release()


def host_calls(bench: Bench) -> None:
    assert bench.world.call_host(50) == 50
    bench.world.ask_transform("circle")
    bench.world.ask_locate(bench.text())
    bench.host.messages.clear()


def exceptions_of_the_host(bench: Bench) -> None:
    bench.host.raises = KeyError(bench.text())
    with pytest.raises(KeyError):
        bench.world.ask_locate("home")
    bench.renew()  # The exception stopped the guest.


def traps(bench: Bench) -> None:
    name = bench.chance.choice(["crash", "recurse", "out_of_bounds"])
    with pytest.raises(Trap):
        getattr(bench.world.troubles, name)()
    with pytest.raises(Trap):
        bench.world.add(1, 2)
    bench.renew()


def re_entry(bench: Bench) -> None:
    class Calling:
        def __index__(self) -> int:
            with pytest.raises(RuntimeError):
                bench.world.add(1, 2)
            gc.collect(0)
            return 1

    assert bench.world.echo.unsigned8(Calling()) == 1


def collections(bench: Bench) -> None:
    gc.collect()


OPERATIONS: list[tuple[Operation, float]] = [
    (values, 8),
    (refusals, 4),
    (errors, 4),
    (resources, 6),
    (host_resources, 6),
    (host_calls, 4),
    (exceptions_of_the_host, 1),
    (traps, 1),
    (re_entry, 2),
    (collections, 1),
]


def soak(package: ModuleType, chance: random.Random, until: float) -> int:
    """Draws operations until the time has come; returns how many."""
    bench = Bench(package, chance)
    operations, weights = zip(*OPERATIONS, strict=True)
    done = 0
    # At least one: on a busy machine the time may be over before a thread has its turn.
    while done == 0 or time.monotonic() < until:
        (operation,) = chance.choices(operations, weights)
        operation(bench)
        done += 1
    # What this store still holds, apart from what is meant to be there, would be a leak.
    bench.held.clear()
    while bench.world.counters.release() is not None:
        pass
    # A collection does nothing while another thread's is under way, which may hold what is garbage here.
    patience = time.monotonic() + 10
    while gc.collect() >= 0 and bench.world.counters.alive() > 0 and time.monotonic() < patience:
        time.sleep(0.01)
    assert bench.world.counters.alive() == 0
    guest, host, _ = bench.store._live()
    assert (guest, host) == (0, 0), "handles are left over"
    bench.store.close()
    return done


def collect() -> None:
    """Frees what can be freed. The cache of attribute lookups keeps the names that it was asked for, thousands of them."""
    for _ in range(3):
        gc.collect()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Deprecated in 3.13, whose successor clears more.
        sys._clear_type_cache()


def settled() -> tuple[int, int, int]:
    """Blocks that Python has allocated, objects that its collector knows, and megabytes of the process."""
    collect()
    return sys.getallocatedblocks(), len(gc.get_objects()), resident()


def check_steady(states: list[tuple[int, int, int]]) -> None:
    """Nothing grows from the second look to the last by more than a little."""
    blocks, objects, megabytes = zip(*states[1:], strict=True)
    assert blocks[-1] - blocks[0] < 3000, f"blocks: {blocks}"
    assert objects[-1] - objects[0] < 500, f"objects: {objects}"
    assert megabytes[-1] - megabytes[0] < 24, f"megabytes: {megabytes}"


@pytest.fixture
def seconds(request: pytest.FixtureRequest) -> float:
    """How long one of the soaks may take."""
    return (LONG if request.config.getoption("--all") else SHORT) / 2


def test_one_thread(everything: ModuleType, seconds: float) -> None:
    chance = random.Random(1)
    states: list[tuple[int, int, int]] = []
    for _ in range(ROUNDS):
        assert soak(everything, chance, time.monotonic() + seconds / ROUNDS) > 0
        states.append(settled())
    check_steady(states)


def test_threads(everything: ModuleType, seconds: float) -> None:
    """Four threads with stores of their own."""
    states: list[tuple[int, int, int]] = []
    for number in range(ROUNDS):
        until = time.monotonic() + seconds / ROUNDS
        with ThreadPoolExecutor(4) as pool:
            seeds = range(number * 4, number * 4 + 4)
            assert all(pool.map(lambda seed: soak(everything, random.Random(seed), until), seeds))  # noqa: B023 (it ends here)
        states.append(settled())
    check_steady(states)


def test_where_memory_is_allocated(everything: ModuleType) -> None:
    """No line of the package or of these tests has more in the end than after a while."""
    operations = [operation for operation, _ in OPERATIONS if operation is not collections]
    bench = Bench(everything, random.Random(3))

    def rounds(count: int) -> None:
        for _ in range(count):
            for operation in operations:
                operation(bench)
        bench.renew()
        collect()

    rounds(20)
    tracemalloc.start()
    try:
        rounds(20)
        before = tracemalloc.take_snapshot()
        rounds(60)
        after = tracemalloc.take_snapshot()
    finally:
        tracemalloc.stop()
    grown = [line for line in after.compare_to(before, "lineno") if line.size_diff > 20_000]
    assert not grown, "\n".join(map(str, grown))
    bench.store.close()
