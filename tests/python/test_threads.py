"""Stores and threads: a store is used by one thread at a time; threads with stores of their own do not disturb each other,
whatever happens in them."""

from __future__ import annotations

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

OTHER_THREAD = "the store is in use by another thread: only one can use it at a time"


def in_thread(work: Callable[[], object]) -> Any:
    """What a function returns or raises in a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        error = future.exception(60)
        return future.result() if error is None else error


def during_a_call(make: Any, everything: ModuleType, work: Callable[[Store, Any, Any], object]) -> Any:
    """What `work` gives in a second thread while a call into the store is under way in this one."""
    outcomes: list[Any] = []

    class Waiting(Host):
        def next(self, value: int) -> int:
            outcomes.append(in_thread(lambda: work(store, world, accumulator)))
            return value + 1

    with Store() as store:
        world = everything.Everything(store, everything.EverythingImports(host=Waiting(everything)))
        accumulator = world.counters.Accumulator("a")
        assert world.call_host(1) == 1
        assert accumulator.name() == "a"
    return outcomes[0]


USES: list[Callable[[Store, Any, Any], object]] = [
    lambda store, world, accumulator: world.add(1, 2),
    lambda store, world, accumulator: world.echo.text("x"),
    lambda store, world, accumulator: accumulator.total(),
    lambda store, world, accumulator: accumulator.drop(),
    lambda store, world, accumulator: accumulator.__enter__().total(),
    lambda store, world, accumulator: accumulator.__exit__(None, None, None),
    lambda store, world, accumulator: world.counters.Accumulator("b"),
    lambda store, world, accumulator: world.counters.peek(Counter(1)),
    lambda store, world, accumulator: store.close(),
    lambda store, world, accumulator: store.__enter__(),
    lambda store, world, accumulator: store.__exit__(None, None, None),
    lambda store, world, accumulator: store.set_limits(),
]


@pytest.mark.parametrize("use", USES, ids=range(len(USES)))
def test_every_use_from_a_second_thread_during_a_call_is_refused(
    make: Any, everything: ModuleType, use: Callable[[Store, Any, Any], object]
) -> None:
    outcome = during_a_call(make, everything, use)
    assert type(outcome) is RuntimeError
    assert str(outcome) == OTHER_THREAD


def test_a_component_is_not_bound_to_a_store_that_another_thread_uses(make: Any, everything: ModuleType) -> None:
    outcome = during_a_call(make, everything, lambda store, world, accumulator: make(store))
    assert type(outcome) is RuntimeError
    assert str(outcome) == OTHER_THREAD


def test_between_calls_a_store_is_any_threads(make: Any) -> None:
    with Store() as store:
        world = make(store)
        accumulator = in_thread(lambda: world.counters.Accumulator("a"))
        accumulator.add(3)
        assert in_thread(accumulator.total) == 3
        assert in_thread(lambda: world.call_host(100)) == 100
        in_thread(accumulator.drop)
        assert world.counters.alive() == 0
        assert in_thread(store.close) is None
    assert str(in_thread(lambda: world.add(1, 2))) == "the store is closed"


def test_a_trap_in_one_thread_after_calls_in_another(make: Any) -> None:
    """Which thread made a store is nothing to its guests: stack limits and trap handlers are each thread's own."""
    for name, code in (
        ("crash", TrapCode.UNREACHABLE),
        ("out_of_bounds", TrapCode.MEMORY_OUT_OF_BOUNDS),
        ("recurse", TrapCode.STACK_OVERFLOW),
    ):
        world = make()
        assert world.add(1, 2) == 3
        trap = in_thread(getattr(world.troubles, name))
        assert isinstance(trap, Trap)
        assert trap.code is code


def test_a_store_whose_thread_has_ended_goes_on(everything: ModuleType) -> None:
    world = in_thread(lambda: everything.Everything(Store(), everything.EverythingImports(host=Host(everything))))
    assert world.add(1, 2) == 3
    assert world.call_host(10) == 10


def test_threads_take_turns_with_one_store(make: Any) -> None:
    """Threads that use one store without a lock are refused or served, and nothing else: no call is lost or torn."""
    with Store() as store:
        world = make(store)
        accumulator = world.counters.Accumulator("shared")
        done, refused, other = [0], [0], list[BaseException]()
        barrier = threading.Barrier(4)

        def work() -> None:
            barrier.wait(60)
            mine = turned_away = 0
            for _ in range(500):
                try:
                    accumulator.add(1)
                    world.call_host(3)
                    mine += 1
                except RuntimeError as error:
                    assert str(error) == OTHER_THREAD
                    turned_away += 1
                except BaseException as error:
                    other.append(error)
            done[0] += mine
            refused[0] += turned_away

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert not other
        assert done[0] + refused[0] == 2000
        assert done[0] <= accumulator.total() <= 2000


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
