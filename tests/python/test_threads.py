"""Stores and threads: a store belongs to the thread that made it; threads with stores of their own do not disturb each
other, whatever happens in them."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store, Trap, TrapCode
from everything_host import Counter, Host

OTHER_THREAD = "a store can only be used in the thread that made it"


def in_thread(work: Callable[[], object]) -> Any:
    """What a function returns or raises in a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        error = future.exception(60)
        return future.result() if error is None else error


def test_every_use_from_another_thread_is_refused(make: Any, everything: ModuleType) -> None:
    store = Store()
    world = make(store)
    accumulator = world.counters.Accumulator("a")
    uses: list[Callable[[], object]] = [
        lambda: world.add(1, 2),
        lambda: world.echo.text("x"),
        accumulator.total,
        accumulator.drop,
        accumulator.__enter__().total,
        lambda: accumulator.__exit__(None, None, None),
        lambda: world.counters.Accumulator("b"),
        lambda: world.counters.peek(Counter(1)),
        lambda: everything.Everything(store, everything.EverythingImports(host=Host(everything))),
        store.close,
        store.__enter__,
        lambda: store.__exit__(None, None, None),
        store.set_limits,
    ]
    for use in uses:
        outcome = in_thread(use)
        assert type(outcome) is RuntimeError
        assert str(outcome) == OTHER_THREAD
    assert accumulator.name() == "a"
    store.close()


def test_a_store_whose_thread_has_ended_is_refused(everything: ModuleType) -> None:
    world = in_thread(lambda: everything.Everything(Store(), everything.EverythingImports(host=Host(everything))))
    with pytest.raises(RuntimeError, match=OTHER_THREAD):
        world.add(1, 2)
    del world
    gc.collect()


def test_handles_collected_in_another_thread_are_dropped_by_the_store(world: Any) -> None:
    for _ in range(20):
        held = [world.counters.Accumulator(str(number)) for number in range(10)]
        in_thread(held.clear)
    assert world.counters.alive() == 0


def test_a_resource_of_another_threads_store_is_refused(make: Any) -> None:
    mine = make().counters.Accumulator("mine")

    def use() -> str:
        with Store() as store:
            world = make(store)
            with pytest.raises(TypeError) as caught:
                world.counters.Accumulator("theirs").absorb(mine)
            return str(caught.value)

    assert in_thread(use) == "`absorb` argument `other`: expected `accumulator` of this instance, got one of another"
    assert mine.total() == 0


def test_many_threads_with_their_own_stores(everything: ModuleType) -> None:
    barrier = threading.Barrier(8)
    results: list[Any] = []

    def work() -> None:
        barrier.wait(60)
        for round_number in range(5):
            with Store() as store:
                world = everything.Everything(store, everything.EverythingImports(host=Host(everything)))
                assert world.call_host(100) == 100
                for name, code in (
                    ("crash", TrapCode.UNREACHABLE),
                    ("out_of_bounds", TrapCode.MEMORY_OUT_OF_BOUNDS),
                    ("recurse", TrapCode.STACK_OVERFLOW),
                ):
                    other = everything.Everything(store, everything.EverythingImports(host=Host(everything)))
                    with pytest.raises(Trap) as caught:
                        getattr(other.troubles, name)()
                    assert caught.value.code is code
                assert world.add(round_number, 1) == round_number + 1
        results.append("done")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert results == ["done"] * 8


def test_two_threads_load_one_package_at_once(everything: ModuleType) -> None:
    from dovetail import Engine

    engine = Engine()
    outcomes: list[Any] = []
    barrier = threading.Barrier(2)

    def load() -> None:
        barrier.wait(60)
        with Store(engine) as store:
            world = everything.Everything(store, everything.EverythingImports(host=Host(everything)))
            outcomes.append(world.add(1, 2))

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert outcomes == [3, 3]


SMALL_STACK = """
import sys, threading
sys.path.append({shared!r})
import everything
from dovetail import Store, Trap
from everything_host import Host

def work():
    world = everything.Everything(Store(), everything.EverythingImports(host=Host(everything)))
    print(world.add(1, 2))
    try:
        world.troubles.recurse()
    except Trap as trap:
        print(trap.code.name)

threading.stack_size({size})
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


@pytest.mark.parametrize("size", [256 * 1024, 512 * 1024, 2**20, 64 * 2**20])
def test_stack_overflow_in_threads_with_small_stacks(
    everything: ModuleType, python: Callable[..., CompletedProcess[str]], size: int
) -> None:
    """The guest's limit is that of the thread it runs on: reaching it is a trap, never a crash of the process."""
    shared = str(Path(__file__).resolve().parents[1])
    packages = Path(everything.__file__ or "").parents[1]
    done = python("-c", SMALL_STACK.format(shared=shared, size=size), path=packages)
    assert (done.returncode, done.stdout.split()) == (0, ["3", "STACK_OVERFLOW"]), done.stderr
