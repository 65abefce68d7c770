"""Resources in the asynchronous face: made, used and dropped by awaiting."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from waiting_host import Host

Start = Callable[..., Awaitable[Any]]


async def test_a_resource_from_its_constructor_to_its_end(start: Start) -> None:
    host = Host()
    world = await start(host)
    async with await world.tables.Table(3) as table:
        assert isinstance(table, world.tables.Table)
        assert await table.read() == 3
        assert host.waits == [3, 3]
    assert host.waits == [3, 3, 3], "the destructor waited too"
    with pytest.raises(ValueError, match="the resource was dropped or given away"):
        await table.read()
    await table.drop()
    assert host.waits == [3, 3, 3]


async def test_drop_and_statics(start: Start) -> None:
    host = Host()
    world = await start(host)
    table = await world.tables.Table.open(ms=2)
    assert host.waits == []
    await table.drop()
    assert host.waits == [2]


async def test_the_synchronous_with_is_refused(start: Start) -> None:
    world = await start()
    table = await world.tables.Table(1)
    with pytest.raises(TypeError, match="`TableAsync` is awaited: use `async with`"), table:
        pass
    with pytest.raises(TypeError, match=r"`Table\(ms\)` takes 1 argument, got 2"):
        world.tables.Table(1, 2)


async def test_a_collected_handle_is_dropped_by_the_next_call(start: Start) -> None:
    host = Host()
    world = await start(host)
    table = await world.tables.Table(1)
    del table
    gc.collect()
    assert host.waits == [1]
    assert await world.compute(1) == 1
    assert host.waits == [1, 1]


async def test_cancelling_a_constructor(start: Start) -> None:
    world = await start()
    task = asyncio.create_task(world.tables.Table(60_000))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_hosts_resource_waits_in_its_methods_and_its_end(start: Start) -> None:
    world, sink = await start(), Host.Sink()
    assert await world.fill(sink) == 7
    assert (sink.written, sink.dropped) == ([3, 4], True)


@pytest.mark.parametrize("way", ["forgotten", "closed", "cancelled"])
async def test_a_host_object_lent_to_a_call_that_does_not_end(start: Start, way: str) -> None:
    """The store does not keep it."""

    class Slow(Host):
        class Sink(Host.Sink):
            async def write(self, count: int) -> int:
                await asyncio.sleep(60)
                return count

    world = await start(Slow())
    sink = Slow.Sink()
    gone = weakref.ref(sink)
    if way == "cancelled":
        task = asyncio.create_task(world.top_up(sink))
        await asyncio.sleep(0.005)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        del task
    else:
        call = world.top_up(sink)
        call.send(None)
        if way == "closed":
            call.close()
        del call
    del sink
    await asyncio.sleep(0)
    gc.collect()
    assert gone() is None
