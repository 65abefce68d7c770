"""Both faces of the component in tests/guests/kv in one program: the synchronous one for a start, the asynchronous one for many
tables at once, whose log is kept behind a connection that takes its time.

The package `kv` is generated first: python -m dovetail.bindgen target/guests/kv.wasm --out-dir kv --mode both
"""

from __future__ import annotations

import asyncio
import time

from dovetail import Store, TimeoutTrap
from kv import Entry, Kv, KvAsync, KvAsyncImports, KvImports
from kv.imports import host_log, types


class MemorySink:
    """Bytes that the component writes, kept at once. Fits the Protocol `host_log.Sink`, and the asynchronous one too."""

    def __init__(self, name: str) -> None:
        self.name = name

    def write(self, data: bytes) -> int:
        return len(data)

    @staticmethod
    def flush() -> None: ...


class MemoryLog:
    """The imported interface, for the synchronous face. Fits the Protocol `host_log.HostLog`."""

    Sink = MemorySink

    def log(self, level: types.Level, msg: str) -> None:
        print(f"[{level.name.lower()}] {msg}")


class RemoteSink:
    """Bytes that go over a connection. Fits the Protocol `host_log.SinkAsync`: what waits is `async def`, the rest is not."""

    delay = 0.05

    def __init__(self, name: str) -> None:
        self.name = name

    async def write(self, data: bytes) -> int:
        await asyncio.sleep(self.delay)
        return len(data)

    @staticmethod
    def flush() -> None: ...


class RemoteLog:
    """The imported interface, for the asynchronous face. Fits the Protocol `host_log.HostLogAsync`."""

    Sink = RemoteSink

    async def log(self, level: types.Level, msg: str) -> None:
        await asyncio.sleep(0.001)


def entry(key: str, number: int) -> Entry:
    """An entry. Value types are the same in both faces."""
    return Entry(key=key, value=types.Value_Num(number), tags=[], perms=types.Perms.READ)


def one_table() -> int:
    log: host_log.HostLog = MemoryLog()
    with Store() as store:
        kv = Kv(store, KvImports(host_log=log))
        with kv.store.Table("stock") as table:
            table.put(entry("apple", 3))
            return table.size()


async def shop(name: str) -> list[str]:
    """A table in a store of its own: calls into one store take turns, those into several run at once."""
    log: host_log.HostLogAsync = RemoteLog()
    with Store() as store:
        kv = await KvAsync(store, KvAsyncImports(host_log=log))
        async with await kv.store.Table(name) as table:
            for number, fruit in enumerate(("apple", "fig")):
                await table.put(entry(f"{name} {fruit}", number))
            return list(await table.keys())


class StuckSink(RemoteSink):
    delay = 60.0


class StuckLog(RemoteLog):
    Sink = StuckSink


async def stuck() -> None:
    """A connection that hangs: the call's time is limited, and the component is stopped while it waits."""
    with Store(timeout=0.2) as store:
        kv = await KvAsync(store, KvAsyncImports(host_log=StuckLog()))
        async with await kv.store.Table("late") as table:
            await table.put(entry("plum", 1))


async def many_tables() -> None:
    begun = time.monotonic()
    shops = await asyncio.gather(*[shop(f"shop {number}") for number in range(20)])
    print(sum(len(keys) for keys in shops), "entries in", f"{time.monotonic() - begun:.2f} seconds")
    try:
        await stuck()
    except TimeoutTrap as trap:
        print("stopped:", trap.message)


if __name__ == "__main__":
    print(one_table(), "entry")
    asyncio.run(many_tables())
