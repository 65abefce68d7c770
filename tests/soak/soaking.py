"""What a soak consists of: parts with operations of which lots are drawn, and looks at what the process holds."""

from __future__ import annotations

import asyncio
import gc
import inspect
import os
import random
import sys
import threading
import time
import typing
import warnings
import weakref
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from dovetail import Err, Store, TimeoutTrap, Trap, _pickling, _reflected
from test_survival import resident

TEXT, DATA = "grüße, über und über", bytes(range(256))
"""What goes through guests all the time, and no reference to it must be lost or won."""

KEPT: list[Any] = [TEXT, DATA, Store, Err, Trap, TimeoutTrap]

Function = TypeVar("Function", bound=Callable[..., Any])


def operation(weight: float) -> Callable[[Function], Function]:
    """Marks a method as an operation, drawn as often as its weight says. A coroutine gets an event loop of its own."""

    def mark(function: Function) -> Function:
        function.weight = weight  # type: ignore[attr-defined]
        return function

    return mark


class Part:
    """Operations of one concern, and what they keep between them."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.mortal: weakref.WeakSet[Any] = weakref.WeakSet()
        """What must be gone in the end."""

    def operations(self) -> dict[Callable[[], object], float]:
        """The part's operations, with their weights."""
        found = inspect.getmembers(type(self), lambda member: hasattr(member, "weight"))
        return {getattr(self, name): function.weight for name, function in found}

    def store(self, **options: Any) -> Store:
        """A new store."""
        store = Store(**options)
        self.mortal.add(store)
        return store

    def leave(self, *stores: Store) -> None:
        """Closes stores, or only lets go of them, as the collector finds them."""
        for store in stores:
            if self.chance.random() < 0.7:
                store.close()

    def end(self) -> None:
        """Lets go of everything."""


def soak(parts: Sequence[Part], chance: random.Random, until: float) -> int:
    """Draws operations until the time has come; returns how many."""
    operations = [operation for part in parts for operation in part.operations()]
    weights = [weight for part in parts for weight in part.operations().values()]
    done = 0
    # At least one: on a busy machine the time may be over before a thread has its turn.
    while done == 0 or time.monotonic() < until:
        (operation,) = chance.choices(operations, weights)
        done += 1
        perform(operation, done)
    for part in parts:
        part.end()
    # One by one: a set does not forget what is gone where a signal's handler raised in its callback.
    if not collected(lambda: not any(True for part in parts for _ in part.mortal)):
        raise AssertionError(
            f"left over: {Counter(type(thing).__qualname__ for part in parts for thing in part.mortal)}"
        )
    return done


def collected(done: Callable[[], bool]) -> bool:
    """Collects until something is so. One collection is not enough where another thread's is under way: then it does nothing, and
    the other may hold what is garbage here. A new store makes a thread end those of its calls that another one collected."""
    patience = time.monotonic() + 10
    while time.monotonic() < patience:
        gc.collect()
        Store()
        if done():
            return True
        time.sleep(0.001)
    return False


def perform(operation: Callable[[], Any], number: int = 0) -> None:
    """Does one operation, and says which when it fails."""
    try:
        if inspect.iscoroutinefunction(operation):
            asyncio.run(operation())
        else:
            operation()
    except (Exception, pytest.fail.Exception) as error:
        raise AssertionError(f"operation {number}, `{getattr(operation, '__qualname__', operation)}`") from error


def collect() -> None:
    """Frees what can be freed. The cache of attribute lookups keeps the names that it was asked for, thousands of them, and
    `typing` the last types that it was asked for."""
    for clear in typing._cleanups:  # type: ignore[attr-defined]
        clear()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Deprecated in 3.13, whose successor clears more.
        sys._clear_type_cache()
    for _ in range(3):
        gc.collect()


def entries(directory: str) -> int | None:
    """How many entries a directory of the system's has, where there is such a directory."""
    return len(os.listdir(directory)) if os.path.isdir(directory) else None


@dataclass
class Look:
    """What the process holds when nothing is under way."""

    references: list[int] = field(init=False)
    stores: int = field(init=False)
    stacks: int = field(init=False)
    descriptors: int | None = field(init=False)
    threads: int | None = field(init=False)
    blocks: int = field(init=False)
    megabytes: int = field(init=False)
    kinds: Counter[str] = field(init=False)
    """The objects that the collector knows, by their types."""

    def __post_init__(self) -> None:
        Store()  # What other threads left to this one.
        collect()
        self.references = [sys.getrefcount(thing) for thing in KEPT]
        self.stores, self.stacks = Store().engine._live()
        self.descriptors = entries("/proc/self/fd")
        self.threads = entries("/proc/self/task")
        self.blocks = sys.getallocatedblocks()
        self.megabytes = resident()
        types = [type(thing) for thing in gc.get_objects()]
        # One text for each type, whatever the number of looks: these are blocks too.
        self.kinds = Counter(sys.intern(f"{kind.__module__}.{kind.__qualname__}") for kind in types)


# Modules that are otherwise imported in the middle of a soak, and hold objects of ours for good.
_LATE = (_pickling, _reflected)

OURS = ("dovetail", "everything", "aio_", "soak_", "endless")
"""How the names of the modules begin whose objects must be gone without exception."""


def check_steady(looks: list[Look]) -> None:
    """Nothing is left over in the end that was not there when the soak had warmed up."""
    first, last = looks[1], looks[-1]
    for exact in ("stores", "stacks", "descriptors", "threads"):
        counts = [getattr(look, exact) for look in looks]
        assert counts[-1] == counts[1], f"{exact}: {counts}"
    # The interpreter's own caches refer to classes now and then.
    pairs = zip(first.references, last.references, strict=True)
    assert all(after - before < 5 for before, after in pairs), f"references: {[look.references for look in looks]}"
    grown = last.kinds - first.kinds
    ours = {kind: count for kind, count in grown.items() if kind.startswith(OURS)}
    assert not ours, f"objects are left over: {ours}"
    assert grown.total() < 500, f"objects: {grown.most_common(10)}"
    for name, most in (("blocks", 3000), ("megabytes", 24)):
        counts = [getattr(look, name) for look in looks]
        assert counts[-1] - counts[1] < most, f"{name}: {counts}"


def in_threads(count: int, work: Callable[[int], object]) -> None:
    """Does something in several threads at once while this one collects; raises what the first raised."""
    problems: list[BaseException] = []
    at_work = [True] * count
    over = threading.Event()

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            problems.append(error)
        at_work[number] = False
        # Suspended calls that another thread collects are left to this one, which ends them when it makes a store.
        while not over.wait(0.005):
            Store()

    engine = Store().engine
    before, _ = engine._live()
    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    try:
        while any(at_work):
            gc.collect()
            time.sleep(0.005)
        collected(lambda: engine._live()[0] <= before)
    finally:
        over.set()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
