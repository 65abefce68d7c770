"""A host of the component in tests/guests/kv on asyncio: its log waits, and its tables are used by several tasks at once.

The package `kv` is generated first: python -m dovetail.bindgen target/guests/kv.wasm --mode both --out-dir kv
"""

from __future__ import annotations

import asyncio

from dovetail import Err, Store, WasiConfig
from kv import Entry, Kv, KvAsync, KvAsyncImports, KvImports
from kv.exports import store as exported
from kv.imports import host_log, types


class Sink:
    """Bytes that the component writes. Fits the Protocol `host_log.SinkAsync`: its constructor is an ordinary one."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.room = 4

    async def write(self, data: bytes) -> int:
        await asyncio.sleep(0)
        if len(data) > self.room:
            raise Err("disk full")
        self.room -= len(data)
        return len(data)

    @staticmethod
    async def flush() -> None:
        raise Err("nothing to flush")


class HostLog:
    """The imported interface. Fits the Protocol `host_log.HostLogAsync`; one of its functions waits, the other need not."""

    Sink = Sink

    def __init__(self) -> None:
        self.lines: asyncio.Queue[str] = asyncio.Queue()

    async def log(self, level: types.Level, msg: str) -> None:
        await self.lines.put(f"[{level.name.lower()}] {msg}")


class PlainSink:
    """A sink that fits both Protocols, `host_log.Sink` and `host_log.SinkAsync`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def write(self, data: bytes) -> int:
        return len(data)

    @staticmethod
    def flush() -> None: ...


class PlainLog:
    """A host that was written for the synchronous face. It serves both."""

    Sink = PlainSink

    def log(self, level: types.Level, msg: str) -> None: ...


def entry(key: str) -> Entry:
    return Entry(key=key, value=types.Value_Num(3), tags=[], perms=types.Perms.READ)


async def fill(app: KvAsync, name: str) -> list[str]:
    async with await app.store.Table(name) as table:
        for key in ("a", "b"):
            previous = await table.put(entry(key))
            assert previous is None
        found = await table.get("a")
        assert found is not None and found.key == "a"
        return await table.keys()


async def main() -> None:
    log = HostLog()
    with Store(wasi=WasiConfig()) as store:
        app = await KvAsync(store, KvAsyncImports(host_log=log))
        filled = await asyncio.gather(fill(app, "one"), fill(app, "two"))
        print(filled)
        first: exported.TableAsync = await app.store.Table("first")
        second = await app.store.Table("second")
        async with await app.store.Table.merge(first, second) as merged:
            print(await merged.size(), await app.store.describe(merged))
        task = asyncio.create_task(app.summarize([entry("c")]))
        count, letter, share = await task
        print(count + 1, letter.upper(), share / 2)
        try:
            await app.store.open("nope", types.Perms.READ)
        except types.StockErrorRaised as error:
            print(error.value)
        lines = log.lines.qsize()
        print(lines, await log.lines.get())


async def plain() -> None:
    log = PlainLog()
    with Store(wasi=WasiConfig()) as store:
        app = await KvAsync(store, KvAsyncImports(host_log=log))
        print(await fill(app, "plain"))
    with Store(wasi=WasiConfig()) as store:
        kv = Kv(store, KvImports(host_log=log))
        print(kv.summarize([entry("d")]))


def served() -> tuple[host_log.HostLog, list[host_log.HostLogAsync]]:
    return PlainLog(), [PlainLog(), HostLog()]


if __name__ == "__main__":
    asyncio.run(main())
    asyncio.run(plain())
