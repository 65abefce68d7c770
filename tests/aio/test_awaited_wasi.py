"""WASI's waits suspend the call as a host's coroutine does: for time, and for input."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store, WasiConfig

MILLISECOND = 1_000_000


@pytest.fixture
def sleeper(guests: Callable[[str], ModuleType], stores: Callable[..., Store]) -> Callable[..., Any]:
    """Makes guests that wait for WASI."""

    def make(wasi: WasiConfig | None = None) -> Any:
        return guests("sleeper").AioSleeperAsync(stores(wasi or WasiConfig()))

    return make


async def test_guests_sleep_at_the_same_time(sleeper: Callable[..., Any]) -> None:
    worlds = [await sleeper() for _ in range(50)]
    begun = time.monotonic()
    await asyncio.gather(*[world.sleep(50 * MILLISECOND) for world in worlds])
    assert 0.05 <= time.monotonic() - begun < 1


async def test_cancelling_a_sleep(sleeper: Callable[..., Any]) -> None:
    world = await sleeper()
    task = asyncio.create_task(world.sleep(60_000 * MILLISECOND))
    await asyncio.sleep(0.01)
    begun = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - begun < 0.5


async def test_waiting_for_a_pipe(sleeper: Callable[..., Any], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = os.open(pipe, os.O_RDWR)
    try:
        config = WasiConfig()
        config.stdin_file = pipe
        world = await sleeper(config)
        task = asyncio.create_task(world.read())
        await asyncio.sleep(0.02)
        assert not task.done(), "the event loop goes on"
        os.write(writer, b"hello")
        assert await asyncio.wait_for(task, 5) == b"hello"
    finally:
        os.close(writer)


async def test_a_watched_descriptor_stays_the_programs_own(sleeper: Callable[..., Any], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = os.open(pipe, os.O_RDWR)
    loop = asyncio.get_running_loop()
    open_before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else None
    try:
        config = WasiConfig()
        config.stdin_file = pipe
        world = await sleeper(config)
        task = asyncio.create_task(world.read())
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        if open_before is not None:
            assert len(os.listdir("/proc/self/fd")) == open_before + 1, "only the guest's own standard input is new"
        assert loop.is_running()
    finally:
        os.close(writer)
