"""Calls that go from store to store and back: a trap belongs to the store whose guest it strikes, whatever is around it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from dovetail import Engine, Instance, Module, Store, Trap
from dovetail.component import Component

GUESTS = Path(__file__).parent / "guests"

# A process of its own: where a trap is taken for that of another store, the process may end.
PROGRAM = """
import asyncio, faulthandler
from pathlib import Path
from dovetail import Engine, Instance, Module, Store, Trap
from dovetail.component import Component
faulthandler.enable()

def read(name):
    return Path({guests!r}, name + ".wat").read_text()

engine = Engine()
one, two = Store(engine), Store(engine)
failing = Instance(one, Module(engine, read("failing")), []).exports(one)
done = []

def fail():
    try:
        failing[{way!r}](one)
    except Trap as trap:
        done.append(trap.code.name)
    done.append("on")

relaying = Component(engine, read("relaying"), mode="both")

def plainly():
    relaying.instantiate(two, between=fail).relay()

def awaited():
    async def main():
        world = await relaying.instantiate_async(two, between=fail)
        await world.relay()
    asyncio.run(main())

forwarding = Component(engine, read("forwarding")).instantiate(one, between={how}, greet=lambda text, times: text)
forwarding.{entry}()
print(done, failing["unreachable"] is not None)
"""

CODES = {
    "unreachable": "UNREACHABLE",
    "divide": "INTEGER_DIVISION_BY_ZERO",
    "load": "MEMORY_OUT_OF_BOUNDS",
    "recurse": "STACK_OVERFLOW",
}


@pytest.mark.parametrize("way", CODES)
@pytest.mark.parametrize("how", ["plainly", "awaited"])
@pytest.mark.parametrize("entry", ["forward", "lifted"])
def test_a_trap_in_a_store_that_is_entered_again(
    python: Callable[..., CompletedProcess[str]], entry: str, how: str, way: str
) -> None:
    """By way of another store, from a function of the host that no guest of the first one has called."""
    done = python("-c", PROGRAM.format(guests=str(GUESTS), entry=entry, how=how, way=way))
    assert (done.returncode, done.stdout) == (0, f"['{CODES[way]}', 'on'] True\n"), done.stderr


def forwarding(store: Store, greet: Callable[[str, int], str]) -> Any:
    component = Component(store.engine, (GUESTS / "forwarding.wat").read_text())
    return component.instantiate(store, between=lambda: None, greet=greet)


def test_calls_of_forwarded_functions_that_fail_leave_nothing_behind() -> None:
    """Neither does one whose later argument does not fit, nor one whose host raises."""
    long = "x" * 10_000_000

    def greet(text: str, times: int) -> str:
        if times == 0:
            raise KeyError(times)
        return text[:5] * times

    with Store() as store:
        store.set_limits(memory_size=100_000_000)
        world = forwarding(store, greet)
        for _ in range(20):
            with pytest.raises(TypeError, match="`greet` argument `times`: expected int, got str"):
                world.greet(long, "no number")
            with pytest.raises(KeyError):
                world.greet(long, 0)
        assert world.greet("hello", 2) == "hellohello"


def test_a_function_whose_memory_is_full_can_be_called_again() -> None:
    with Store() as store:
        store.set_limits(memory_size=1_000_000)
        world = forwarding(store, lambda text, times: text * times)
        with pytest.raises(OverflowError, match="`greet` argument `text`: failed to grow memory"):
            world.greet("x" * 3_000_000, 1)
        assert world.greet("hello", 2) == "hellohello"


def test_a_backtrace_names_each_frame_once() -> None:
    """Of the store whose guest has failed, in calls by way of its host and another store."""
    engine = Engine()
    one, two = Store(engine), Store(engine)
    relaying = Component(engine, (GUESTS / "relaying.wat").read_text())
    failing = Instance(one, Module(engine, (GUESTS / "failing.wat").read_text()), []).exports(one)
    component = Component(engine, (GUESTS / "forwarding.wat").read_text())
    traps: list[Trap] = []

    def fail() -> None:
        with pytest.raises(Trap) as caught:
            failing["unreachable"](one)
        traps.append(caught.value)

    other = relaying.instantiate(two, between=fail)
    forwarding = component.instantiate(one, between=lambda: other.relay(), greet=lambda text, times: text)
    relaying.instantiate(one, between=lambda: forwarding.forward()).relay()
    assert [frame.func_name for frame in traps[0].frames] == ["unreachable", "relay"]
