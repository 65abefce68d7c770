"""A linker makes instances of the asynchronous face too: what it serves may be `async def`, what they export is awaited."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from dovetail import LinkError, Store, Trap
from dovetail.component import Component, Linker, ResourceType
from waiting_host import Host

WAITER = (Path(__file__).parent / "guests/waiter.wat").read_text()
IMPORT = "test:aio/host@1.0.0"


async def wait(store: Store, ms: int) -> int:
    await asyncio.sleep(ms / 1000)
    return ms


class Sink:
    def __init__(self) -> None:
        self.written: list[int] = []


def functions(engine: Any) -> tuple[Linker, list[Sink]]:
    """A linker that serves the host's functions one by one."""
    linker = Linker(engine)
    dropped: list[Sink] = []

    async def write(store: Store, sink: Sink, count: int) -> int:
        await asyncio.sleep(0)
        sink.written.append(count)
        return count

    async def drop(store: Store, sink: Sink) -> None:
        await asyncio.sleep(0)
        dropped.append(sink)

    with linker.root() as root, root.add_instance(IMPORT) as host:
        host.add_func("wait", wait)
        host.add_func("look", lambda store, text: text.upper())
        host.add_func("attempt", lambda store: 1)
        host.add_func("note", lambda store, count: None)
        host.add_resource("sink", ResourceType.host(1), drop)
        host.add_func("[method]sink.write", write)
    return linker, dropped


async def test_functions_that_wait() -> None:
    with Store() as store:
        component = Component(store.engine, WAITER, name="aio_waiter", mode="both")
        linker, dropped = functions(store.engine)
        instance = await linker.instantiate_async(store, component)
        assert await instance.run(2, 3) == 6
        assert await instance.echo("text") == "TEXT"
        run = instance.get_func(store, "run")
        assert run is not None
        assert await run(store, 1, 4) == 4
        sink = Sink()
        assert await instance.fill(sink) == 7
        assert sink.written == [3, 4]
        assert dropped == [sink]
        async with await instance.tables.Table(1) as table:
            assert await table.read() == 1


async def test_many_instances_at_once() -> None:
    """Of one component, prepared once, each in a store of its own."""
    with Store() as store:
        engine = store.engine
        component = Component(engine, WAITER, mode="async")
        prepared = functions(engine)[0].instantiate_pre(component)

    async def use(number: int) -> int:
        with Store(engine) as store:
            answer: int = await (await prepared.instantiate_async(store)).run(1, number)
            return answer

    assert await asyncio.gather(*[use(number) for number in range(1, 20)]) == list(range(1, 20))


async def test_an_object_that_waits() -> None:
    with Store() as store:
        component = Component(store.engine, WAITER, mode="async")
        linker = Linker(store.engine)
        linker.root().define_instance(IMPORT, Host())
        instance = await linker.instantiate_async(store, component)
        assert await instance.echo("text") == "txet"
        task = asyncio.create_task(instance.run(1, 60_000))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(Trap, match="an earlier call into it was stopped"):
            await instance.run(1, 1)


async def test_both_faces_of_one_component() -> None:
    with Store() as store:
        component = Component(store.engine, WAITER, mode="both")
        linker, _ = functions(store.engine)
        plain = linker.instantiate(store, component)
        awaited = await linker.instantiate_async(store, component)
        assert plain.compute(3) == await awaited.compute(3)
        with pytest.raises(TypeError, match="got a coroutine, which nobody awaits: use `def`, not `async def`"):
            plain.run(1, 1)


async def test_what_cannot_be_awaited() -> None:
    with Store() as store:
        component = Component(store.engine, WAITER)
        linker, _ = functions(store.engine)
        with pytest.raises(TypeError) as caught:
            await linker.instantiate_async(store, component)
        assert str(caught.value) == (
            "the component's package has no asynchronous face: make it with `mode='async'` or `mode='both'`"
        )
        with pytest.raises(LinkError, match=r"unknown import: `test:aio/host@1\.0\.0` has not been defined"):
            await Linker(store.engine).instantiate_async(store, Component(store.engine, WAITER, mode="async"))
        with Store(type(store.engine)()) as other, pytest.raises(LinkError, match="belong to different engines"):
            await linker.instantiate_async(other, Component(store.engine, WAITER, mode="async"))
