"""Resources of the engine's own WASI in Python: handles that can be handed on and dropped."""

from __future__ import annotations

import copy
import gc
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dovetail import Store
from dovetail.component import Component, ResourceAny

GUEST = Path(__file__).parent / "guests/streams.wat"
GONE = "the resource was dropped or given away, or its borrow has ended"


class Host:
    """Looks at streams, keeps them, and gives one back for one."""

    def __init__(self) -> None:
        self.seen: list[Any] = []
        self.spare: Any = None

    def look(self, stream: Any) -> None:
        self.seen.append(stream)

    def exchange(self, stream: Any) -> Any:
        given = stream if self.spare is None else self.spare
        self.seen.append(stream)
        return given


@pytest.fixture
def host() -> Host:
    """What serves the import."""
    return Host()


@pytest.fixture
def world(host: Host) -> Iterator[Any]:
    """The component, with WASI of the engine."""
    with Store() as store:
        yield Component(store.engine, GUEST.read_text()).instantiate(store, host=host)


def test_a_handle_comes_and_goes(world: Any) -> None:
    stream = world.open()
    assert isinstance(stream, ResourceAny)
    world.touch(stream)
    world.touch(stream)
    world.close(stream)
    for call in (world.touch, world.close):
        with pytest.raises(ValueError, match=GONE):
            call(stream)


def test_a_handle_is_dropped(world: Any) -> None:
    with world.open() as stream:
        world.touch(stream)
    with pytest.raises(ValueError, match=GONE):
        world.touch(stream)
    dropped = world.open()
    dropped.drop()
    dropped.drop()
    for _ in range(100):
        world.open()
    gc.collect()
    world.close(world.open())


def test_a_borrow_ends_with_its_call(world: Any, host: Host) -> None:
    world.show()
    (stream,) = host.seen
    with pytest.raises(ValueError, match=GONE):
        world.touch(stream)


def test_a_host_may_give_the_same_or_another(world: Any, host: Host) -> None:
    world.trade()
    host.spare = world.open()
    world.trade()
    kept = host.seen[-1]
    world.touch(kept)
    with pytest.raises(ValueError, match=GONE):
        world.touch(host.spare)


def test_a_handle_is_no_value(world: Any) -> None:
    stream = world.open()
    for attempt in (lambda: pickle.dumps(stream), lambda: copy.copy(stream)):
        with pytest.raises(TypeError, match="cannot"):
            attempt()
    with pytest.raises(TypeError, match="expected output-stream, got object"):
        world.close(object())
    with Store() as store:
        other = Component(store.engine, GUEST.read_text()).instantiate(store, host=Host())
        with pytest.raises((TypeError, ValueError), match="another store"):
            other.touch(stream)
