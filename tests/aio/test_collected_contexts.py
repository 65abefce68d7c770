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


async def test_finalizers_leave_the_context_alone_that_they_interrupt(start: Start) -> None:
    """A coroutine awaits calls while it is closed by the collector, in the middle of a change to any context variable."""

    class Plain(Host):
        def wait(self, ms: int) -> int:  # type: ignore[override]
            closed.append(ms)
            return ms

    cleaning, closed = await start(Plain()), []
    variables = [contextvars.ContextVar[int](f"variable-{number}") for number in range(40)]
    threshold = gc.get_threshold()

    async def use(world: Any) -> None:
        try:
            await world.run(1, 60_000)
        finally:
            await cleaning.run(1, 1)

    worlds = [await start() for _ in range(100)]
    gc.disable()
    try:
        for number in range(100):
            cycle: list[Any] = [use(worlds.pop())]
            cycle.append(cycle)
            cycle[0].send(None)
            del cycle
            gc.set_threshold(gc.get_count()[0] + number % 12 + 1)
            gc.enable()
            tokens = [variable.set(number) for variable in variables]
            for variable, token in zip(variables, tokens, strict=True):
                variable.reset(token)
            gc.disable()
            assert [variable.get(None) for variable in variables] == [None] * 40
    finally:
        gc.set_threshold(*threshold)
        gc.enable()
    gc.collect()
    assert closed == [1] * 100
