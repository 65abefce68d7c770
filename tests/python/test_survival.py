"""The process survives: what runs out (addresses, stack, handles) is an exception, and nothing piles up over many calls."""

from __future__ import annotations

import gc
import os
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from types import ModuleType
from typing import Any

import pytest
from dovetail import Err
from everything_host import Counter

Program = Callable[[str, str], CompletedProcess[str]]


def test_a_process_without_room_for_another_memory(program: Program) -> None:
    done = program(
        "return value",
        """
import os, resource
from dovetail import LinkError
used = int(open("/proc/self/statm").read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
resource.setrlimit(resource.RLIMIT_AS, (used + 2**27, used + 2**27))  # Enough for Python, not for a memory.
try:
    everything.Everything(Store(), everything.EverythingImports(host=Changed(everything)))
except LinkError as error:
    print(error)
try:
    world.echo.bytes(bytes(400 << 20))
except MemoryError:
    print("no memory")
print(world.add(1, 2))
""",
    )
    assert done.stdout, done.stderr
    first, *rest = done.stdout.splitlines()
    assert "for a linear memory: Cannot allocate memory" in first
    assert (rest, done.returncode, done.stderr) == (["no memory", "3"], 0, "")


def test_more_memories_than_there_are_addresses(python: Callable[..., CompletedProcess[str]]) -> None:
    done = python(
        "-c",
        """
from dovetail import Instance, LinkError, Module, Store, wat2wasm
store = Store()
module = Module(store.engine, wat2wasm('(module (memory (export "m") 1))'))
held = []
try:
    while len(held) < 100_000:
        held.append(Instance(store, module, []))
except LinkError as error:
    print("reserve" in str(error), len(held) > 1000)
held.clear()
store.close()
fresh = Store()
print(Instance(fresh, module, []).exports(fresh)["m"].size(fresh))
""",
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "True True\n1\n", "")


def test_nesting_without_pythons_limit_ends_with_a_trap(program: Program) -> None:
    done = program(
        "return everything.Everything(store, everything.EverythingImports(host=Changed(everything))).call_host(1)",
        """
sys.setrecursionlimit(10**6)
store = Store()
try:
    Changed(everything).next(1)
except Trap as trap:
    print(trap.code.name, len(trap.frames) > 20)
print(world.add(1, 2))
""",
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "STACK_OVERFLOW True\n3\n", "")


def test_ending_while_another_thread_is_in_a_guest(program: Program) -> None:
    done = program(
        "entered.set(); threading.Event().wait()",
        """
import threading
entered = threading.Event()
def run():
    everything.Everything(Store(), everything.EverythingImports(host=Changed(everything))).call_host(1)
threading.Thread(target=run, daemon=True).start()
entered.wait(60)
print("ends")
""",
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "ends\n", "")


def test_signals_by_the_thousand_beside_traps(program: Program) -> None:
    done = program(
        "return value + 1",
        """
import signal
hits = 0
def on_alarm(*_):
    global hits
    hits += 1
signal.signal(signal.SIGALRM, on_alarm)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
while hits < 300:
    assert world.call_host(500) == 500
    other = everything.Everything(Store(), everything.EverythingImports(host=Changed(everything)))
    try:
        other.troubles.out_of_bounds()
    except Trap as trap:
        assert trap.code.name == "MEMORY_OUT_OF_BOUNDS"
signal.setitimer(signal.ITIMER_REAL, 0)
print("done")
""",
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


def resident() -> int:
    """How many megabytes of memory the process uses."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize() >> 20
    # A system without it, such as macOS, has the command; in kilobytes.
    return int(subprocess.check_output(["ps", "-o", "rss=", "-p", str(os.getpid())])) >> 10


def failing(call: Callable[[], object]) -> Callable[[], None]:
    """The call, whose exception is expected."""

    def run() -> None:
        with pytest.raises((Err, TypeError, OverflowError)):
            call()

    return run


def test_nothing_piles_up(world: Any, everything: ModuleType) -> None:
    types = everything.imports.types
    text = "x" * 10_000
    calls: dict[str, Callable[[], object]] = {
        "text": lambda: world.echo.text(text),
        "a raised error": failing(lambda: world.echo.attempt(types.Failure_NotFound(text))),
        "an error of the host": failing(lambda: world.ask_divide(1, 0)),
        "nested errors": lambda: world.echo.outcomes([Err(text), Err(text)]),
        "a refused value": failing(lambda: world.echo.unsigned64(2**64)),
        "a refused object": failing(lambda: world.counters.bump(Counter(1), text)),
        "a resource": lambda: world.counters.Accumulator(text),
        "a refused resource": failing(lambda: world.counters.Accumulator(3)),
        "host resources": lambda: world.counters.bump(Counter(1), 1),
        "keywords": failing(lambda: world.add(left=1, wrong=text)),
    }
    for name, call in calls.items():
        for _ in range(500):
            call()
        gc.collect()
        before, objects = resident(), len(gc.get_objects())
        for _ in range(4000):
            call()
        gc.collect()
        assert resident() - before < 8, f"{name}: memory grows"
        assert len(gc.get_objects()) - objects < 100, f"{name}: objects stay"
