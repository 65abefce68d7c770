"""After a fork the child compiles and runs as its parent does, whatever the parent's other threads were doing, once the
parent has used the engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

COMPILING = """
import os, signal, sys, threading, warnings
from dovetail import Config, Engine, Instance, Module, Store
warnings.simplefilter("ignore")  # Python 3.12 warns of every fork beside threads.

# Functions of many signatures: each is a number that the engine gives out.
def text(seed):
    kinds = ["i32", "i64", "f32", "f64"]
    functions = "".join(
        f'(func (param {" ".join(kinds[(seed >> shift) & 3] for shift in range(0, 12, 2))}) (param {kinds[n & 3]}))'
        for n in range(4)
    )
    return f'(module {functions} (func (export "f") (result i32) (i32.const {seed})))'

def run(engine, seed):
    store = Store(engine)
    return Instance(store, Module(engine, text(seed)), []).exports(store)["f"](store)

engine, stop = Engine(Config(cache=False)), threading.Event()
run(engine, 1)

def compile_on():
    seed = 0
    while not stop.is_set():
        seed += 1
        assert run(engine, seed) == seed

threads = [threading.Thread(target=compile_on) for _ in range(3)]
for thread in threads:
    thread.start()
bad = 0
for number in range(40):
    child = os.fork()
    if child == 0:
        signal.alarm(30)
        fine = run(engine, 100_000 + number) == 100_000 + number
        fine = fine and run(Engine(Config(cache=False)), 7) == 7
        os._exit(0 if fine else 1)
    bad += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
stop.set()
for thread in threads:
    thread.join()
print(bad, run(engine, 3))
"""


def test_a_fork_while_other_threads_compile(python: Any) -> None:
    done = python("-c", COMPILING)
    assert (done.returncode, done.stdout, done.stderr) == (0, "0 3\n", "")


def test_a_long_guest_in_the_child(program: Any) -> None:
    """The child has a clock of its own: signal handlers of Python run during a call that takes a while."""
    rest = """
import os, signal
world.call_host(10)
child = os.fork()
if child == 0:
    seen = []
    signal.signal(signal.SIGALRM, lambda *_: seen.append(1))
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    while len(seen) < 3:
        world.call_host(2000)
    other = everything.Everything(Store(), everything.EverythingImports(host=Changed(everything)))
    try:
        other.troubles.recurse()
    except Trap as trap:
        os._exit(0 if trap.code.name == "STACK_OVERFLOW" else 1)
    os._exit(2)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), world.add(1, 2))
"""
    done = program("return value + 1", rest)
    assert (done.returncode, done.stdout) == (0, "0 3\n"), done.stderr


def test_a_child_of_a_child(program: Any) -> None:
    rest = """
import os
def descend(depth):
    child = os.fork()
    if child == 0:
        fine = everything.Everything(Store(), everything.EverythingImports(host=Changed(everything))).add(depth, 1)
        if depth:
            os._exit(descend(depth - 1))
        os._exit(0 if fine == 1 else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(descend(3))
"""
    done = program("return value", rest)
    assert (done.returncode, done.stdout) == (0, "0\n"), done.stderr


def test_a_store_that_another_thread_used_stays_in_use_in_the_child(program: Any) -> None:
    """The child's threads get what the C library kept for those of its parent: none is taken for one of them."""
    rest = """
import os, signal, threading, warnings
warnings.simplefilter("ignore")  # Python 3.12 warns of every fork beside threads.
mine = everything.Everything(Store(), everything.EverythingImports(host=Changed(everything)))
begun, over = threading.Event(), threading.Event()

def use():
    try:
        return world.add(1, 2)
    except RuntimeError as error:
        return str(error)

def forked(again):
    child = os.fork()
    if child == 0:
        signal.alarm(30)
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(use())) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        fine = len(answers) == 4 and {*answers, use()} == {"the store is in use by another thread: only one can use it at a time"}
        fine = fine and mine.add(3, 4) == 7 and (not again or forked(False) == 0)
        os._exit(0 if fine else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

thread = threading.Thread(target=world.call_host, args=(1,))
thread.start()
begun.wait()
print(forked(True))
over.set()
thread.join()
print(use())
"""
    done = program("begun.set(); over.wait(); return value", rest)
    assert (done.returncode, done.stdout) == (0, "0\n3\n"), done.stderr


def test_a_call_that_forked_goes_on_in_the_child(program: Any) -> None:
    rest = """
import os
code = world.call_host(1)
if code == 5:
    os._exit(9 if world.add(3, 4) == 7 else 1)
print(code, world.add(1, 2))
"""
    body = """
        import os
        child = os.fork()
        if child == 0:
            try:
                world.add(1, 2)
            except Trap:
                return 5
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
"""
    done = program(body, rest)
    assert (done.returncode, done.stdout) == (0, "9 3\n"), done.stderr


SUSPENDED = """
import asyncio, gc, os, signal, sys, threading, time, warnings, weakref
sys.path.append({shared!r})
import aio_waiter
from dovetail import Store
from waiting_host import Host
warnings.simplefilter("ignore")  # Python 3.12 warns of every fork beside threads.

hosts, calls = [], []
begun, over = threading.Event(), threading.Event()

async def begin():
    host = Host()
    hosts.append(weakref.ref(host))
    world = await aio_waiter.AioWaiterAsync(Store(), aio_waiter.AioWaiterAsyncImports(host=host))
    calls.append(world.run(1, 60_000))
    calls[0].send(None)

def run():
    asyncio.run(begin())
    begun.set()
    over.wait()

def is_alive():
    Store()  # Ends what was left to this thread.
    gc.collect()
    return hosts[0]() is not None

thread = threading.Thread(target=run)
thread.start()
begun.wait()
calls.clear()  # Only its own thread can end the call.
child = os.fork()
if child == 0:
    signal.alarm(30)
    os._exit(1 if is_alive() else 0)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), is_alive())
over.set()
thread.join()
patience = time.monotonic() + 10  # The thread of the system may end a little later than Python's.
while is_alive() and time.monotonic() < patience:
    pass
print(is_alive())
"""


def test_a_suspended_call_of_a_thread_that_the_child_has_not(
    python: Any, both_faces: Callable[[str], ModuleType]
) -> None:
    """To the child that thread has ended, and what its call held of Python's is free; in the parent once it has."""
    packages = Path(both_faces("waiter").__file__ or "").parents[1]
    shared = str(Path(__file__).resolve().parents[1] / "aio")
    done = python("-c", SUSPENDED.format(shared=shared), path=packages)
    assert (done.returncode, done.stdout) == (0, "0 True\nFalse\n"), done.stderr


UNPICKLING = """
import os, pickle, signal, threading, warnings
from dovetail import Config, Engine, Store
from dovetail.component import Component
warnings.simplefilter("ignore")

engine = Store().engine
small = pickle.dumps(Component.from_file(engine, {small!r}))
pickle.loads(small).package
large = pickle.dumps(Component.from_file(Engine(Config(cache=False)), {large!r}))
for _ in range(3):
    thread = threading.Thread(target=pickle.loads, args=[large])
    thread.start()
    thread.join(0.05)
    child = os.fork()
    if child == 0:
        signal.alarm(30)
        pickle.loads(small).package
        os._exit(0)
    busy = thread.is_alive()
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), busy)
    thread.join()
    from dovetail import _pickling
    _pickling._components.clear()
"""


def test_a_fork_while_another_thread_unpickles(python: Any, guest: Callable[[str], Path]) -> None:
    """The child unpickles, too, though the thread that compiles a component for it is not there."""
    program = UNPICKLING.format(small=str(guest("kv")), large=str(guest("probe")))
    done = python("-c", program)
    assert (done.returncode, done.stdout) == (0, "0 True\n" * 3), done.stderr
