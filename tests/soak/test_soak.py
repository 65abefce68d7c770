"""The soaks: calls, traps, cancels, interrupts and collections in any order for a while. In the end memory is steady, and no
handle, reference, stack, descriptor or object is left over. Half a minute long in all, and ten minutes with `--all`."""

from __future__ import annotations

import random
import time
import tracemalloc
from collections.abc import Callable
from types import ModuleType

import pytest
from soak_limits import Limits, Signals
from soaking import Look, Part, check_steady, collect, in_threads, perform, soak

# A warning that pytest records keeps the coroutine, and with it the store.
pytestmark = pytest.mark.filterwarnings("ignore:.*was never awaited")

ROUNDS = 5
"""How many times the state is looked at; the first round only warms up."""

Parts = Callable[[random.Random], list[Part]]


def rounds_of(seconds: float, work: Callable[[int, float], object]) -> None:
    """Soaks in rounds, and looks at what is left over after each."""
    looks = [Look()]
    for number in range(ROUNDS):
        work(number, time.monotonic() + seconds / ROUNDS)
        looks.append(Look())
    check_steady(looks)


def test_one_thread(parts: Parts, both_faces: Callable[[str], ModuleType], seed: str, seconds: float) -> None:
    """Everything, with the signals that only the main thread hears."""

    def work(number: int, until: float) -> None:
        chance = random.Random(f"{seed}, round {number}")
        others = [part for part in parts(chance) if type(part) is not Limits]
        soak([*others, Signals(chance, both_faces("waiter"))], chance, until)

    rounds_of(seconds * 0.45, work)


def test_threads(parts: Parts, seed: str, seconds: float) -> None:
    """Four threads with stores and event loops of their own, while another one collects."""

    def work(number: int, until: float) -> None:
        def run(thread: int) -> None:
            chance = random.Random(f"{seed}, round {number}, thread {thread}")
            soak(parts(chance), chance, until)

        in_threads(4, run)

    rounds_of(seconds * 0.45, work)


def test_where_memory_is_allocated(parts: Parts, seed: str, seconds: float) -> None:
    """No line of the package or of these tests has more in the end than after a while."""
    chance = random.Random(seed)

    def rounds(count: int) -> None:
        made = parts(chance)
        operations = [operation for part in made for operation in part.operations()]
        for number in range(count):
            for operation in operations:
                perform(operation, number)
        for part in made:
            part.end()
        collect()

    rounds(1)
    tracemalloc.start()
    try:
        rounds(1)
        before = tracemalloc.take_snapshot()
        rounds(int(seconds / 8))
        after = tracemalloc.take_snapshot()
    finally:
        tracemalloc.stop()
    # One large block is a table of the interpreter's that was due to grow.
    lines = after.compare_to(before, "lineno")
    grown = [line for line in lines if line.size_diff > 20_000 and line.count_diff > 5]
    assert not grown, "\n".join(map(str, grown))
