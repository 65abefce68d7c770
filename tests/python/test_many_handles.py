"""Results with many handles whose taking over is interrupted: who is stopped, and who is not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alarms import Interrupted, hearing, ring, stop
from dovetail import Store, TimeoutTrap, Trap, as_import
from dovetail.component import Component, Linker

pytestmark = pytest.mark.usefixtures("no_collections")
GUESTS = Path(__file__).parent / "guests"
COUNT = 200_000
"""How many things are asked for: many thousands are between two looks at signals and the time."""
STOPPED = "cannot enter component instance: an earlier call into it was stopped"


@pytest.fixture
def store() -> Iterator[Store]:
    """A store whose instances may have many handles."""
    with Store() as store:
        store.set_limits(table_elements=1 << 22)
        yield store


def load(store: Store, name: str) -> Component:
    return Component(store.engine, (GUESTS / f"{name}.wat").read_text(), name=name)


def two(store: Store) -> tuple[Any, Any]:
    """A maker of things, and a gatherer of what that makes. The alarm rings right after the gatherer has done its part, while its
    things are being taken over."""

    def gathered(_store: Store) -> None:
        ring(0.001)

    maker = load(store, "maker").instantiate(store)
    linker = Linker(store.engine)
    linker.root().define_instance("test:things/made", as_import(maker.made))
    linker.root().add_func("gathered", gathered)
    return maker, linker.instantiate(store, load(store, "gatherer")).exports


def test_an_instance_whose_handles_were_taken_over_in_part_is_closed(store: Store) -> None:
    maker, gatherer = two(store)

    with hearing(stop):
        with pytest.raises(Interrupted):
            gatherer.gather(COUNT)
        with pytest.raises(Trap, match=STOPPED):
            gatherer.gather(1)
    assert 0 < maker.gone() < COUNT


def test_a_timeout_stops_no_destructor_of_another_instance(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    maker, gatherer = two(store)
    unraisable: list[object] = []
    monkeypatch.setattr("sys.unraisablehook", unraisable.append)

    def handler(*_: object) -> None:
        time.sleep(3)

    store.timeout = 2.5
    with pytest.raises(TimeoutTrap), hearing(handler):
        gatherer.gather(COUNT)
    store.timeout = None
    assert 0 < maker.gone() < COUNT
    assert unraisable == []
