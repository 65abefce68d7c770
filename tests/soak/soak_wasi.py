"""Stores with WASI: guests that wait for time and for pipes, in both faces, and whatever else a store may be given."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from dovetail import WasiConfig
from soaking import Part, operation

MILLISECOND = 1_000_000


class Wasi(Part):
    """Scenes with the guest `sleeper`."""

    def __init__(self, chance: random.Random, package: ModuleType) -> None:
        super().__init__(chance)
        self.package = package
        self.directory = Path(tempfile.mkdtemp())
        self.pipe = self.directory / "pipe"
        os.mkfifo(self.pipe)
        self.writer = os.open(self.pipe, os.O_RDWR)

    def end(self) -> None:
        os.close(self.writer)
        shutil.rmtree(self.directory)

    def config(self) -> WasiConfig:
        config = WasiConfig()
        config.argv = ["sleeper", "é" * self.chance.randrange(50)]
        config.env = {"NAME": "value"}
        config.preopen_dir(self.directory, "/")
        config.stdin_file = self.pipe
        written: list[bytes] = []
        config.stdout_custom = written.append  # type: ignore[assignment]
        return config

    @operation(2)
    def sleeps(self) -> None:
        store = self.store(wasi=self.config())
        self.package.AioSleeper(store).sleep(MILLISECOND)
        self.leave(store)

    @operation(2)
    def reads(self) -> None:
        store = self.store(wasi=self.config())
        world = self.package.AioSleeper(store)
        os.write(self.writer, b"hello")
        assert world.read() == b"hello"
        self.leave(store)

    @operation(2)
    async def waits_that_are_cancelled(self) -> None:
        stores = [self.store(wasi=self.config()) for _ in range(3)]
        worlds: list[Any] = [await self.package.AioSleeperAsync(store) for store in stores]
        calls = [world.sleep(60_000 * MILLISECOND) if self.chance.random() < 0.5 else world.read() for world in worlds]
        tasks = [asyncio.create_task(call) for call in calls]
        await asyncio.sleep(self.chance.choice([0, 0.001]))
        for task, store in zip(tasks, stores, strict=True):
            if self.chance.random() < 0.7:
                task.cancel()
            else:
                store.close()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            assert isinstance(outcome, (asyncio.CancelledError, ValueError)), outcome
        self.leave(*stores)

    @operation(2)
    async def waits(self) -> None:
        stores = [self.store(wasi=self.config()) for _ in range(3)]
        worlds: list[Any] = [await self.package.AioSleeperAsync(store) for store in stores]
        tasks = [asyncio.create_task(worlds[0].read())]
        tasks += [asyncio.create_task(world.sleep(MILLISECOND)) for world in worlds[1:]]
        await asyncio.sleep(0)
        os.write(self.writer, b"hello")
        assert (await asyncio.gather(*tasks))[0] == b"hello"
        self.leave(*stores)
