"""Stores and threads: a store is used by one thread at a time; threads with stores of their own do not disturb each other,
whatever happens in them."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess
from types import ModuleType
from typing import Any

import pytest
from dovetail import Engine, Store, Trap, TrapCode
from endless_guest import instantiate, load, rounds_of
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


CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Clock:
    """A thread of Python code that notes the time, over and over."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        while not self.over.is_set():
            self.times.append(time.monotonic())
            time.sleep(0.001)

    def __enter__(self) -> Clock:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join(60)

    def longest_pause(self, start: float, end: float) -> float:
        """How long the thread was held up in this time."""
        times = [start, *(moment for moment in self.times if start < moment < end), end]
        return max(after - before for before, after in zip(times, times[1:], strict=False))


LONG: dict[str, Callable[[Any], object]] = {
    "loop": lambda instance: instance.work(rounds_of(0.6, instance)),
    "host calls": lambda instance: instance.ask(1000),
    "allocations": lambda instance: instance.take_slowly(["a"] * 30),
    "wasi sleep": lambda instance: instance.sleep(600_000_000),
}


@pytest.mark.parametrize("call", LONG.values(), ids=LONG)
def test_other_threads_go_on_while_a_guest_runs(call: Callable[[Any], object]) -> None:
    """Also while it calls Python all the time, and in the middle of the lowering of its arguments."""
    with Store() as store:
        end = time.monotonic() + 5
        instance = instantiate(store, lambda value: int(time.monotonic() < end))
        with Clock() as clock:
            time.sleep(0.01)
            start = time.monotonic()
            end = start + 0.6
            call(instance)
            end = time.monotonic()
        assert end - start > 0.1
        assert clock.longest_pause(start, end) < 0.1


def test_values_that_other_threads_change_during_a_call() -> None:
    """Lists may grow and shrink in the middle of their lowering, where the guest's allocator lets other threads run."""
    with Store() as store:
        instance = instantiate(store)
        texts = [f"text {number}" for number in range(40)]
        over = threading.Event()

        def change() -> None:
            while not over.is_set():
                texts.append(f"text {len(texts)}")
                texts[0] = f"other {len(texts)}"
                del texts[1]
                time.sleep(0)

        thread = threading.Thread(target=change)
        thread.start()
        try:
            for _ in range(3):
                try:
                    assert instance.take_slowly(texts) == 40
                except ValueError as error:
                    assert "the sequence changed its length while it was converted" in str(error)
        finally:
            over.set()
            thread.join(60)
        assert instance.take_slowly(["x"]) == 1


def wait_of_the_second(instances: list[Any], rounds: int) -> float:
    """How long the second of two threads waits for the first one, which has called a guest."""
    barrier = threading.Barrier(len(instances))
    begun: list[float] = []

    def work(instance: Any) -> None:
        barrier.wait(60)
        begun.append(time.perf_counter())
        instance.work(rounds)

    threads = [threading.Thread(target=work, args=(instance,)) for instance in instances]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return begun[-1] - begun[0]


@pytest.mark.skipif(CORES < 2, reason="one core does one thing at a time")
def test_a_guest_that_is_known_to_run_long_lets_other_threads_go_on_soon() -> None:
    """One that is not known keeps them waiting until it has run for a whole millisecond."""
    engine = Engine()
    component = load(engine)
    with Store(engine) as one, Store(engine) as other:
        instances = [instantiate(store, component=component) for store in (one, other)]
        rounds = rounds_of(0.01, instances[0])
        # The first waits are those of guests that are not known yet; others may use the machine too.
        waits = [wait_of_the_second(instances, rounds) for _ in range(2)]
        while min(waits) > 0.0007 and len(waits) < 100:
            waits.append(wait_of_the_second(instances, rounds))
        assert min(waits) <= 0.0007, waits


def throughput(instances: list[Any], rounds: int) -> float:
    """How many rounds in a second all instances do together, each in a thread of its own."""
    barrier = threading.Barrier(len(instances) + 1)

    def work(instance: Any) -> None:
        barrier.wait(60)
        instance.work(rounds)

    threads = [threading.Thread(target=work, args=(instance,)) for instance in instances]
    for thread in threads:
        thread.start()
    barrier.wait(60)
    start = time.perf_counter()
    for thread in threads:
        thread.join(120)
    return rounds * len(instances) / (time.perf_counter() - start)


@pytest.mark.skipif(CORES < 2, reason="one core does one thing at a time")
def test_two_threads_with_two_stores_use_two_of_the_cores_that_the_scheduler_allows() -> None:
    engine = Engine()
    component = load(engine)
    with Store(engine) as one, Store(engine) as other:
        instances = [instantiate(store, component=component) for store in (one, other)]
        rounds = rounds_of(0.02, instances[0])
        # Others may use the machine too: what counts is the most that one and that two ever did.
        alone = both = 0.0
        for _ in range(200):
            alone = max(alone, throughput(instances[:1], rounds))
            both = max(both, throughput(instances, rounds))
            if both >= 1.6 * alone:
                break
        assert both >= 1.6 * alone, both / alone


def test_compiling_lets_other_threads_go_on(guest: Callable[[str], Path]) -> None:
    from dovetail import Config
    from dovetail.component import Component

    config = Config()
    config.cache = False
    engine = Engine(config)
    wasm = guest("everything").read_bytes()
    with Clock() as clock:
        time.sleep(0.01)
        start = time.monotonic()
        Component(engine, wasm)
        end = time.monotonic()
    assert end - start > 0.02
    assert clock.longest_pause(start, end) < (end - start) / 2


DAEMON = """
import sys, threading, time
sys.path.append({path!r})
from dovetail import Store
from endless_guest import instantiate
for _ in range(2):
    threading.Thread(target=instantiate(Store()).spin, daemon=True).start()
time.sleep(0.3)
print("the end")
"""


def test_python_ends_while_guests_run_in_daemon_threads(python: Callable[..., CompletedProcess[str]]) -> None:
    done = python("-c", DAEMON.format(path=str(Path(__file__).parent)))
    assert (done.returncode, done.stdout, done.stderr) == (0, "the end\n", "")


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


DIVE = """
import threading
from pathlib import Path
from dovetail import Store, Trap
from dovetail.component import Component

class Host:
    def take(self, lists):
        while isinstance(lists[0], list):
            lists = lists[0]
        taken.append(lists)

def dive(rounds):
    with Store() as store:
        try:
            component.instantiate(store, Host()).dive(rounds)
        except Trap as trap:
            assert trap.code.name == "STACK_OVERFLOW", trap
            return False
    return True

def work():
    too_deep = 1 << 20
    deep = 0
    assert dive(deep) and not dive(too_deep)
    while too_deep - deep > 1:
        middle = (deep + too_deep) // 2
        if dive(middle):
            deep = middle
        else:
            too_deep = middle
    print(deep > 100, taken.pop()[0])

taken = []
component = Component(Store().engine, Path({guest!r}).read_text())
threading.stack_size({size})
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


@pytest.mark.parametrize("size", [256 * 1024, 384 * 1024, 2**20])
def test_deep_values_at_the_end_of_a_small_stack(python: Callable[..., CompletedProcess[str]], size: int) -> None:
    """However far down the guest is when it calls its host, the host has stack for what it is handed."""
    guest = Path(__file__).parent / "guests" / "diving.wat"
    done = python("-c", DIVE.format(guest=str(guest), size=size))
    assert (done.returncode, done.stdout) == (0, "True b'\\x00'\n"), done.stderr
