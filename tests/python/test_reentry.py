"""Signal handlers that use a store while values for one of its guests are on their way: where the guest is asked for memory, its
code runs, and Python's handlers with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from alarms import Interrupted, alarm, hearing, ring
from dovetail import Err, Store, Trap
from dovetail.component import Component

pytestmark = pytest.mark.usefixtures("no_collections")
GUEST = Path(__file__).parent / "guests/patient.wat"
GONE = "dropped or given away"
TICK = 0.0005
"""Seconds between two signals."""


class Attempts:
    """The host's import: fails with the error that it is told."""

    def __init__(self) -> None:
        self.error: BaseException = Err("a text")

    def __call__(self) -> int:
        ring(TICK, TICK)
        raise self.error


@pytest.fixture
def attempt() -> Attempts:
    """What serves the import."""
    return Attempts()


@pytest.fixture
def worlds(attempt: Attempts) -> Iterator[tuple[Any, Any]]:
    """Two instances in one store."""
    with Store() as store:
        component = Component(store.engine, GUEST.read_text())
        yield component.instantiate(store, attempt=attempt), component.instantiate(store, attempt=attempt)


def meanwhile(world: Any, work: Callable[[], None]) -> Callable[[int, FrameType | None], None]:
    """A handler that does its work once, in the middle of a call into `world`."""

    def handle(number: int, frame: FrameType | None) -> None:
        try:
            world.dropped()
        except Trap:
            ring(0)
            work()

    return handle


def test_a_resource_made_meanwhile_is_not_the_one_that_comes_back(worlds: tuple[Any, Any]) -> None:
    world, other = worlds
    thing = world.things.Thing(5)
    made: list[Any] = []
    with (
        alarm(TICK, meanwhile(world, lambda: made.append(other.things.Thing(7))), interval=TICK),
        pytest.raises(TypeError, match="number"),
    ):
        world.things.take(thing, "name", "no number")
    assert (thing.get(), made[0].get()) == (5, 7)
    assert world.things.take(thing, "name", 1) == 6


def test_a_resource_dropped_meanwhile_stays_dropped(worlds: tuple[Any, Any]) -> None:
    world, other = worlds
    thing, dropped = world.things.Thing(5), []

    def make_and_drop() -> None:
        dropped.append(other.things.Thing(7))
        dropped[0].drop()

    with alarm(TICK, meanwhile(world, make_and_drop), interval=TICK), pytest.raises(TypeError, match="number"):
        world.things.take(thing, "name", "no number")
    thing.drop()
    others = [other.things.Thing(8), other.things.Thing(9)]
    for gone in (thing, dropped[0]):
        with pytest.raises(ValueError, match=GONE):
            gone.get()
    assert [it.get() for it in others] == [8, 9]


def test_a_resource_on_its_way_is_dropped_when_the_call_has_failed(worlds: tuple[Any, Any]) -> None:
    world, _ = worlds
    thing = world.things.Thing(5)
    with alarm(TICK, meanwhile(world, thing.drop), interval=TICK), pytest.raises(TypeError, match="number"):
        world.things.take(thing, "name", "no number")
    with pytest.raises(ValueError, match=GONE):
        thing.get()
    assert world.dropped() == 1


def test_an_exception_while_an_err_is_on_its_way_comes_out(worlds: tuple[Any, Any], attempt: Attempts) -> None:
    world, _ = worlds
    stopped = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        # Once: the timer goes on until the block is left.
        if not stopped and frame is not None and frame.f_code is not Attempts.__call__.__code__:
            stopped = True
            raise Interrupted

    with hearing(stop), pytest.raises(Interrupted) as caught:
        world.ask()
    assert caught.value.__context__ is attempt.error


def test_an_err_arrives_though_signals_do(worlds: tuple[Any, Any]) -> None:
    with hearing(lambda number, frame: None):
        assert worlds[0].ask() is True
