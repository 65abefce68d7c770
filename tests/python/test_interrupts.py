"""Guests that run for long: Python's signal handlers run meanwhile, Ctrl-C stops them, and so does a timeout."""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from alarms import Interrupted, alarm, hearing, ring, stop
from dovetail import DovetailError, Store, TimeoutTrap, Trap, TrapCode
from endless_guest import instantiate, load, rounds_of

pytestmark = pytest.mark.usefixtures("no_collections")
SOON = 0.1
"""Within how many seconds a guest that is told to stop has stopped."""


@pytest.fixture
def store() -> Iterator[Store]:
    """A store of its own."""
    with Store() as store:
        yield store


ENDLESS: dict[str, Callable[[Any], object]] = {
    "loop": lambda instance: instance.spin(),
    "host function": lambda instance: instance.ask(10),
    "seldom a host function": lambda instance: instance.ask(20_000_000),
    "realloc": lambda instance: instance.take(["a", "b", "c", "d"]),
    "post-return": lambda instance: instance.give_and_stay(),
    "wasi poll": lambda instance: instance.sleep(3_600_000_000_000),
}


@pytest.mark.parametrize("call", ENDLESS.values(), ids=ENDLESS)
def test_the_handler_of_a_signal_ends_a_guest(store: Store, call: Callable[[Any], object]) -> None:
    instance = instantiate(store, lambda value: 1)
    start = time.monotonic()
    with alarm(0.2, stop), pytest.raises(Interrupted):
        call(instance)
    assert 0.2 <= time.monotonic() - start < 0.2 + SOON


def test_control_c_ends_a_guest(store: Store) -> None:
    instance = instantiate(store)
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        instance.spin()
    assert 0.15 < time.monotonic() - start < 0.2 + SOON


def test_control_c_from_outside(python: Callable[..., Any]) -> None:
    """A person's Ctrl-C: Python's own end, with the traceback of the call."""
    code = """
import os, signal, sys, threading
sys.path.append({path!r})
from dovetail import Store
from endless_guest import instantiate
instance = instantiate(Store())
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
def call():
    instance.spin()
call()
"""
    done = python("-c", code.format(path=str(Path(__file__).parent)))
    assert done.returncode in (-signal.SIGINT, 128 + signal.SIGINT)
    assert "in call" in done.stderr
    assert done.stderr.endswith("KeyboardInterrupt\n")


@pytest.mark.parametrize("name", ["loop", "realloc", "post-return"])
def test_what_was_interrupted_is_closed_and_says_so(store: Store, name: str) -> None:
    component = load(store.engine)
    instance, other = instantiate(store, component=component), instantiate(store, component=component)
    with alarm(0.05, stop), pytest.raises(Interrupted):
        ENDLESS[name](instance)
    with pytest.raises(Trap, match="an earlier call into it was stopped") as caught:
        instance.work(1)
    assert caught.value.code is TrapCode.CANNOT_ENTER_COMPONENT
    assert other.work(1) == 1, "the store's other instances go on"
    with Store(store.engine) as another:
        assert instantiate(another, component=component).work(1) == 1


def test_handlers_that_return_leave_the_guest_alone(store: Store) -> None:
    instance = instantiate(store)
    rounds = rounds_of(0.4, instance)
    expected = instance.work(rounds)
    seen: list[FrameType | None] = []
    with alarm(0.02, lambda number, frame: seen.append(frame), interval=0.03):
        assert instance.work(rounds) == expected
    assert len(seen) >= 5
    names = {frame.f_code.co_name for frame in seen if frame is not None}
    assert "test_handlers_that_return_leave_the_guest_alone" in names


def test_a_handler_may_use_the_store(store: Store) -> None:
    """It runs where a host function might: in the middle of a call, of which other instances know nothing."""
    instance, other = instantiate(store), instantiate(store)
    results: list[object] = []

    def handler(number: int, frame: FrameType | None) -> None:
        results.append(other.work(1))
        try:
            instance.work(1)
        except Trap as trap:
            results.append(trap.code)
        try:
            store.close()
        except RuntimeError as error:
            results.append(str(error))

    rounds = rounds_of(0.3, other)
    with alarm(0.05, handler):
        instance.work(rounds)
    assert results == [
        1,
        TrapCode.CANNOT_ENTER_COMPONENT,
        "the store is in use: it cannot be closed during a call into it",
    ]
    assert instance.work(1) == 1


def test_signals_in_nested_calls(store: Store) -> None:
    """A guest calls Python, which calls another guest: the exception passes through both."""
    inner = instantiate(store)
    reached: list[str] = []

    def notice(value: int) -> int:
        try:
            inner.spin()
        finally:
            reached.append("left")
        return 0

    outer = instantiate(store, notice)
    with alarm(0.1, stop), pytest.raises(Interrupted):
        outer.ask(1)
    assert reached == ["left"]
    for instance in (inner, outer):
        with pytest.raises(Trap, match="an earlier call into it was stopped"):
            instance.work(1)


def test_an_interrupt_that_the_host_function_catches(store: Store) -> None:
    """What ended is the inner guest's call; the outer one goes on."""
    inner = instantiate(store)

    def notice(value: int) -> int:
        with pytest.raises(Interrupted):
            inner.spin()
        return 0

    outer = instantiate(store, notice)
    with alarm(0.1, stop):
        assert outer.ask(1) == 1
    assert outer.work(1) == 1


def test_signals_are_left_to_the_main_thread(store: Store) -> None:
    """A guest in another thread is not disturbed by them, and does not keep the main thread from them."""
    instance = instantiate(store, lambda value: 1)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            instance.ask(100_000_000)
        except BaseException as error:
            failures.append(error)

    store.timeout = 1
    thread = threading.Thread(target=work)
    thread.start()
    start = time.monotonic()
    with alarm(0.1, stop), pytest.raises(Interrupted):
        time.sleep(5)
    assert time.monotonic() - start < 0.1 + SOON
    thread.join()
    assert [type(failure) for failure in failures] == [TimeoutTrap]


@pytest.mark.parametrize("call", ENDLESS.values(), ids=ENDLESS)
def test_a_timeout_ends_a_guest(call: Callable[[Any], object]) -> None:
    with Store(timeout=0.2) as store:
        instance = instantiate(store, lambda value: 1)
        start = time.monotonic()
        with pytest.raises(TimeoutTrap) as caught:
            call(instance)
        assert 0.2 <= time.monotonic() - start < 0.2 + SOON
        assert caught.value.code is TrapCode.INTERRUPT
        assert "the call took longer than its timeout of 200ms" in caught.value.message
        assert caught.value.frames
        with pytest.raises(Trap, match="an earlier call into it was stopped"):
            instance.work(1)
        assert instantiate(store).work(1) == 1


def test_the_time_of_a_call_goes_on_over_its_allocations(store: Store) -> None:
    """Each is far too short to be looked at by itself."""
    store.timeout = 0.2
    start = time.monotonic()
    with pytest.raises(TimeoutTrap):
        instantiate(store).take_steadily(["text"] * 50_000)
    assert time.monotonic() - start < 0.2 + SOON


def test_a_timeout_says_where_the_guest_was(store: Store) -> None:
    store.timeout = 0.05
    with pytest.raises(TimeoutTrap) as caught:
        instantiate(store).spin()
    assert [frame.func_name for frame in caught.value.frames][:1] == ["spin"]
    assert "wasm backtrace" in str(caught.value)


def test_what_a_timeout_raises() -> None:
    with Store(timeout=0.01) as store, pytest.raises(TimeoutError) as caught:
        instantiate(store).spin()
    error = caught.value
    assert isinstance(error, Trap)
    assert isinstance(error, DovetailError)
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, TimeoutTrap)
    assert (str(again), again.code) == (str(error), TrapCode.INTERRUPT)
    assert error.errno is None


def test_a_timeout_in_another_thread() -> None:
    outcome: list[BaseException] = []

    def work() -> None:
        with Store(timeout=0.1) as store:
            try:
                instantiate(store).spin()
            except TimeoutTrap as error:
                outcome.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(10)
    assert len(outcome) == 1


def test_short_timeouts(store: Store) -> None:
    store.timeout = 0.002
    for _ in range(20):
        instance = instantiate(store)
        start = time.monotonic()
        with pytest.raises(TimeoutTrap):
            instance.spin()
        assert time.monotonic() - start < SOON


def test_each_call_has_the_whole_timeout(store: Store) -> None:
    instance = instantiate(store)
    rounds = rounds_of(0.05, instance)
    store.timeout = 0.5
    for _ in range(14):
        instance.work(rounds)


def test_nested_calls_share_the_outermost_ones_time(store: Store) -> None:
    inner = instantiate(store)
    calls: list[int] = []

    def notice(value: int) -> int:
        calls.append(value)
        time.sleep(0.06)
        inner.work(1)
        return 1

    outer = instantiate(store, notice)
    store.timeout = 0.3
    start = time.monotonic()
    with pytest.raises(TimeoutTrap):
        outer.ask(10)
    assert time.monotonic() - start < 0.3 + 0.06 + SOON
    assert 2 <= len(calls) <= 6


def test_the_timeout_is_an_attribute(store: Store) -> None:
    assert store.timeout is None
    store.timeout = 3
    assert store.timeout == 3.0
    store.timeout = 0.25
    assert store.timeout == 0.25
    store.timeout = None
    assert store.timeout is None
    assert Store(timeout=1.5).timeout == 1.5


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (0, ValueError, "`timeout`: expected more than 0 seconds, got 0"),
        (-1, ValueError, "`timeout`: expected more than 0 seconds, got -1"),
        (float("nan"), ValueError, "`timeout`: expected more than 0 seconds, got NaN"),
        (float("inf"), OverflowError, "`timeout`: inf seconds are more than a clock can tell"),
        ("1", TypeError, "`timeout`: expected a number of seconds, got str"),
        (True, TypeError, "`timeout`: expected a number of seconds, got bool"),
    ],
)
def test_what_is_no_timeout(store: Store, value: Any, error: type[Exception], message: str) -> None:
    for attempt in (lambda: Store(timeout=value), lambda: setattr(store, "timeout", value)):
        with pytest.raises(error) as caught:
            attempt()
        assert str(caught.value) == message
    assert store.timeout is None
    if error is not ValueError or value != value:
        with pytest.raises(error, match="`seconds`: "):
            store.deadline(value)


def test_the_shortest_timeout(store: Store) -> None:
    instance = instantiate(store)
    store.timeout = 1e-12
    with pytest.raises(TimeoutTrap, match="the call took longer than its timeout of 1ns"):
        instance.spin()


@pytest.mark.parametrize("seconds", [0, -0.5, float("-inf")])
def test_a_deadline_that_has_passed_already(store: Store, seconds: float) -> None:
    """What is left of a time may be less than nothing."""
    instance = instantiate(store)
    with store.deadline(seconds):
        with pytest.raises(TimeoutTrap, match="the deadline has passed"):
            instance.work(1)
    assert instance.work(1) == 1


def test_a_deadline_for_one_call(store: Store) -> None:
    instance = instantiate(store)
    with pytest.raises(TimeoutTrap, match="the deadline has passed"), store.deadline(0.1):
        instance.spin()
    assert instantiate(store).work(1) == 1


def test_a_deadline_is_shared_by_the_calls_in_its_block(store: Store) -> None:
    instance = instantiate(store)
    rounds = rounds_of(0.05, instance)
    done = 0
    start = time.monotonic()
    with pytest.raises(TimeoutTrap), store.deadline(0.3):
        while True:
            instance.work(rounds)
            done += 1
    assert done >= 1
    assert 0.3 <= time.monotonic() - start < 1


def test_after_a_deadline_no_call_begins(store: Store) -> None:
    instance = instantiate(store)
    with store.deadline(0.01):
        time.sleep(0.02)
        with pytest.raises(TimeoutTrap, match="the deadline has passed"):
            instance.work(1)
    assert instance.work(1) == 1, "the guest was not interrupted"


def test_the_nearer_deadline_holds(store: Store) -> None:
    store.timeout = 5
    for outer, inner in ((0.05, 5.0), (5.0, 0.05)):
        start = time.monotonic()
        with pytest.raises(TimeoutTrap), store.deadline(outer), store.deadline(inner):
            instantiate(store).spin()
        assert time.monotonic() - start < 0.05 + SOON
    with store.deadline(5):
        store.timeout = 0.05
        with pytest.raises(TimeoutTrap, match="timeout of 50ms"):
            instantiate(store).spin()


def test_a_deadline_has_one_block(store: Store) -> None:
    deadline = store.deadline(1)
    with pytest.raises(RuntimeError, match="was not entered"):
        deadline.__exit__(None, None, None)
    with deadline:
        pass
    with pytest.raises(RuntimeError, match="entered before"), deadline:
        pass


def test_a_deadline_left_and_entered_while_another_thread_uses_the_store(store: Store) -> None:
    """None is left over, and the call that had begun keeps the end that it had."""
    inside, go_on = threading.Event(), threading.Event()

    def notice(value: int) -> int:
        inside.set()
        assert go_on.wait(10)
        time.sleep(0.02)
        return 0

    def call() -> None:
        inside.clear()
        go_on.clear()
        thread = threading.Thread(target=lambda: results.append(instance.ask(1)))
        threads.append(thread)
        thread.start()
        assert inside.wait(10)

    results: list[int] = []
    threads: list[threading.Thread] = []
    instance = instantiate(store, notice)
    with store.deadline(60):
        call()
    with store.deadline(0.01):
        go_on.set()
        threads[0].join()
        assert len(results) == 1
        with pytest.raises(TimeoutTrap, match="the deadline has passed"):
            instance.work(1)
    with store.deadline(0.3):
        call()
    go_on.set()
    threads[1].join()
    time.sleep(0.3)
    assert len(results) == 2
    assert instance.work(1) == 1, "no deadline is left"


def test_a_deadline_of_a_closed_store() -> None:
    store = Store()
    with store.deadline(1):
        store.close()
    with pytest.raises(ValueError, match="the store is closed"), store.deadline(1):
        pass


def test_an_exception_while_a_number_is_written_into_a_message(make: Any) -> None:
    """A long number takes Python long enough to look for signals."""
    world, number = make(), 10**4200
    handled = 0

    def handler(*_: object) -> None:
        nonlocal handled
        handled += 1
        raise Interrupted

    with hearing(handler):
        for _ in range(50):
            expected = handled + 1
            with pytest.raises(Interrupted):
                ring(0.001)
                for _ in range(1000):
                    with pytest.raises(OverflowError):
                        world.add(number, 1)
            assert handled == expected, "each came out of the call that it struck"
