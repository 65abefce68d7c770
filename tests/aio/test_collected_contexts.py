"""The collector closes forgotten calls while the context of a host function's step is being changed: before CPython 3.12 any
allocation of the interpreter's own may collect."""

from __future__ import annotations

import contextvars
import gc
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from waiting_host import Host

Start = Callable[..., Awaitable[Any]]


def levels() -> int:
    """Of how many calls the running code is a part, as the context says."""
    found = [value for variable, value in contextvars.copy_context().items() if variable.name == "dovetail_call"]
    count = 0
    while found and found[0] is not None:
        count += 1
        found = [found[0][1]]
    return count


async def test_what_a_closed_call_awaits_ends_in_the_context_that_there_is(start: Start) -> None:
    """Whatever the collector interrupts may be in the middle of a change to that context."""
    seen = []

    class Seeing(Host):
        async def wait(self, ms: int) -> int:
            seen.append(levels())
            try:
                return await super().wait(ms)
            finally:
                seen.append(levels())

    world = await start(Seeing())
    call = world.run(1, 60_000)
    call.send(None)
    call.close()
    assert seen == [1, 0]


@pytest.mark.parametrize("later", range(6))
async def test_calls_that_are_closed_while_a_context_changes(start: Start, later: int) -> None:
    """The collection comes with one of the first allocations after a host function's step."""
    forgotten = [await start() for _ in range(60)]
    threshold = gc.get_threshold()
    seen = []

    async def forget() -> None:
        await forgotten.pop().run(1, 60_000)

    class Collected(Host):
        def wait(self, ms: int) -> int:  # type: ignore[override]
            gc.set_threshold(0)
            seen.append(levels())
            cycle: list[Any] = [forget()]
            cycle.append(cycle)
            cycle[0].send(None)
            del cycle
            gc.set_threshold(gc.get_count()[0] + later)
            return ms

    world = await start(Collected())
    try:
        for _ in range(20):
            assert await world.run(3, 1) == 3
    finally:
        gc.set_threshold(*threshold)
    assert levels() == 0
    assert seen == [1] * 60
