"""Calls that wait cost nothing meanwhile: nobody polls, and no thread waits for each."""

from __future__ import annotations

import asyncio
import os
import resource
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from dovetail import Store, WasiConfig
from waiting_host import Host

WAITING = 50


def threads() -> int:
    """The threads of the process, those that Python knows nothing of included, where the system shows them."""
    return len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else threading.active_count()


async def is_idle(waiting: list[asyncio.Task[Any]]) -> None:
    """For half a second, while these wait, no thread of the process wakes up over and over, and there are not as many as calls."""
    await asyncio.sleep(0.1)
    # How often a thread began to wait.
    before = resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw
    await asyncio.sleep(0.5)
    waits = resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw - before
    assert not any(task.done() for task in waiting)
    assert waits < 100, f"{waits} times"
    assert threads() < WAITING


async def finish(waiting: list[asyncio.Task[Any]]) -> None:
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_guests_that_wait_for_their_host(start: Callable[..., Awaitable[Any]]) -> None:
    class Never(Host):
        async def wait(self, ms: int) -> int:
            await asyncio.get_running_loop().create_future()
            return ms

    worlds = [await start(Never()) for _ in range(WAITING)]
    # The first is in the host, the second waits for its turn.
    waiting = [asyncio.create_task(world.run(1, 1)) for world in worlds for _ in range(2)]
    await is_idle(waiting)
    await finish(waiting)


async def test_guests_that_wait_for_wasi(
    guests: Callable[[str], ModuleType], stores: Callable[..., Store], tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = os.open(pipe, os.O_RDWR)
    try:
        config = WasiConfig()
        config.stdin_file = pipe
        waiting: list[asyncio.Task[Any]] = []
        for number in range(WAITING):
            world = guests("sleeper").AioSleeperAsync(stores(config))
            await world
            waiting.append(asyncio.create_task(world.read() if number % 2 else world.sleep(60_000_000_000)))
        await is_idle(waiting)
        await finish(waiting)
    finally:
        os.close(writer)
