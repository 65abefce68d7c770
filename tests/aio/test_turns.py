"""A store runs one call at a time: the others wait for their turn, a host function's own calls nest, and what would wait for
itself is refused."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Generator
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store
from waiting_host import Host, Plain

Start = Callable[..., Awaitable[Any]]


async def test_calls_into_one_store_take_turns(start: Start, stores: Callable[..., Store]) -> None:
    events: list[tuple[str, int]] = []

    class Noting(Host):
        async def wait(self, ms: int) -> int:
            events.append(("begin", ms))
            await super().wait(ms)
            events.append(("end", ms))
            return ms

    store = stores()
    one, two = await start(Noting(), store=store), await start(Noting(), store=store)
    await asyncio.gather(one.run(1, 9), two.run(1, 3), one.run(1, 5), two.run(1, 1))
    assert events == [(event, ms) for ms in (9, 3, 5, 1) for event in ("begin", "end")]


async def test_a_host_function_calls_back(start: Start, stores: Callable[..., Store]) -> None:
    store = stores()
    inner = await start(store=store)

    class Calling(Host):
        async def wait(self, ms: int) -> int:
            await asyncio.sleep(0.001)
            answer: int = await inner.run(2, ms)
            await asyncio.sleep(0.001)
            return answer + await asyncio.wait_for(asyncio.sleep(0, 1), 1)

    outer = await start(Calling(), store=store)
    assert await outer.run(2, 3) == 14
    assert await asyncio.gather(outer.run(1, 1), inner.run(1, 5), outer.run(1, 2)) == [3, 5, 5]


async def test_a_task_of_its_own_would_wait_for_itself(start: Start, stores: Callable[..., Store]) -> None:
    store = stores()
    inner = await start(store=store)

    class Mistaken(Host):
        async def wait(self, ms: int) -> int:
            answer: int = await asyncio.create_task(inner.run(1, ms))
            return answer

    outer = await start(Mistaken(), store=store)
    with pytest.raises(RuntimeError, match="`run` would wait for itself"):
        await outer.run(1, 1)
    assert await inner.run(1, 1) == 1


async def test_so_would_one_that_an_await_method_creates(start: Start, stores: Callable[..., Store]) -> None:
    store = stores()
    inner = await start(store=store)

    class Answer:
        def __await__(self) -> Generator[Any, None, int]:
            return asyncio.create_task(self.later()).__await__()

        async def later(self) -> int:
            answer: int = await inner.run(1, 1)
            return answer

    class Mistaken(Host):
        def wait(self, ms: int) -> Answer:  # type: ignore[override]
            return Answer()

    outer = await start(Mistaken(), store=store)
    with pytest.raises(RuntimeError, match="`run` would wait for itself"):
        await asyncio.wait_for(outer.run(1, 1), 10)


async def test_so_would_one_through_another_store(start: Start, stores: Callable[..., Store]) -> None:
    store = stores()
    inner = await start(store=store)

    class Calling(Host):
        async def wait(self, ms: int) -> int:
            answer: int = await asyncio.create_task(inner.run(1, ms))
            return answer

    middle = await start(Calling())

    class Outer(Host):
        async def wait(self, ms: int) -> int:
            answer: int = await middle.run(1, ms)
            return answer

    outer = await start(Outer(), store=store)
    with pytest.raises(RuntimeError, match="`run` would wait for itself"):
        await outer.run(1, 1)


async def test_a_task_that_outlives_the_call_takes_its_turn(start: Start, stores: Callable[..., Store]) -> None:
    store = stores()
    inner = await start(store=store)
    later: list[asyncio.Task[int]] = []

    class Leaving(Host):
        async def wait(self, ms: int) -> int:
            async def afterwards() -> int:
                await asyncio.sleep(0.02)
                answer: int = await inner.run(1, ms)
                return answer

            later.append(asyncio.create_task(afterwards()))
            return ms

    outer = await start(Leaving(), store=store)
    assert await outer.run(1, 4) == 4
    assert await later[0] == 4


async def test_synchronous_use_beside_a_call_is_refused(guests: Callable[[str], ModuleType]) -> None:
    package = guests("waiter")
    with Store() as store:
        plain = package.AioWaiter(store, package.AioWaiterImports(host=Plain()))
        awaited = await package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=Host()))
        task = asyncio.create_task(awaited.run(1, 20))
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="the store is in use: `run` is being awaited"):
            plain.run(1, 1)
        assert await task == 20
        assert plain.run(1, 1) == 1


async def test_a_host_function_may_call_synchronously(guests: Callable[[str], ModuleType]) -> None:
    package = guests("waiter")
    with Store() as store:
        plain = package.AioWaiter(store, package.AioWaiterImports(host=Plain()))

        class Calling(Host):
            async def wait(self, ms: int) -> int:
                await asyncio.sleep(0.001)
                answer: int = plain.run(2, ms)
                await asyncio.sleep(0.001)
                return answer

        awaited = await package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=Calling()))
        assert await awaited.run(2, 3) == 12


async def test_a_synchronous_call_cannot_await(guests: Callable[[str], ModuleType]) -> None:
    package = guests("waiter")
    with Store() as store:
        awaited = await package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=Host()))

        class Awaiting(Host):
            def wait(self, ms: int) -> int:  # type: ignore[override]
                awaited.run(1, ms).send(None)
                return ms

        plain = package.AioWaiter(store, package.AioWaiterImports(host=Awaiting()))
        with pytest.raises(RuntimeError, match="`run` cannot be awaited: the store is in a synchronous call"):
            plain.run(1, 1)


async def test_a_nested_call_that_is_left_alone_ends_with_the_host_function(
    start: Start, stores: Callable[..., Store]
) -> None:
    store = stores()
    ended: list[int] = []

    class Ending(Host):
        async def wait(self, ms: int) -> int:
            try:
                return await super().wait(ms)
            finally:
                ended.append(ms)

    inner = await start(Ending(), store=store)
    kept: list[Any] = []

    class Leaving(Host):
        async def wait(self, ms: int) -> int:
            kept.append(inner.run(1, 60_000))
            kept[-1].send(None)
            return ms

    outer = await start(Leaving(), store=store)
    assert await outer.run(1, 1) == 1
    assert ended == [60_000]
    with pytest.raises(RuntimeError):
        kept[-1].send(None)


class Begun:
    """A call that was begun, and goes on when this is awaited."""

    def __init__(self, call: Any) -> None:
        self.call = call
        self.waits_for: object = call.send(None)

    def __await__(self) -> Generator[Any, Any, int]:
        try:
            while True:
                try:
                    sent = yield self.waits_for
                except BaseException as error:
                    self.waits_for = self.call.throw(error)
                else:
                    self.waits_for = self.call.send(sent)
        except StopIteration as returned:
            return int(returned.value)


async def by_hand(call: Any) -> asyncio.Task[int]:
    """A task of a call that has begun before the task first runs."""
    begun = Begun(call)

    async def go_on() -> int:
        return await begun

    return asyncio.create_task(go_on())


async def eagerly(call: Any) -> asyncio.Task[int]:
    if sys.version_info < (3, 12):
        pytest.skip("eager tasks came with Python 3.12")
    return asyncio.Task(call, loop=asyncio.get_running_loop(), eager_start=True)


@pytest.mark.parametrize("begin", [by_hand, eagerly])
async def test_a_task_of_a_nested_call_that_is_left_alone_learns_of_its_end(
    start: Start, stores: Callable[..., Store], begin: Callable[[Any], Awaitable[asyncio.Task[int]]]
) -> None:
    """What it waits for never happens."""
    store = stores()
    tasks: list[asyncio.Task[int]] = []
    inner = await start(store=store)

    class Leaving(Host):
        async def wait(self, ms: int) -> int:
            tasks.append(await begin(inner.run(1, 60_000)))
            return await super().wait(ms)

    outer = await start(Leaving(), store=store)
    assert await outer.run(1, 1) == 1
    await asyncio.wait(tasks, timeout=10)
    assert tasks[0].done(), "nobody has woken it"
    text = "`run` was ended by the host function that began it, which has returned"
    assert str(tasks[0].exception()) == text


async def test_a_nested_call_that_is_given_up_while_the_outer_one_waits(
    start: Start, stores: Callable[..., Store]
) -> None:
    store = stores()
    begun: list[Any] = []
    inner = [await start(store=store) for _ in range(4)]

    class Beginning(Host):
        async def wait(self, ms: int) -> int:
            begun.append(inner.pop().run(1, 60_000))
            begun[-1].send(None)
            asyncio.get_running_loop().call_soon(begun.clear)
            return await super().wait(ms)

    outer = await start(Beginning(), store=store)
    for _ in range(2):
        assert await outer.run(2, 5) == 10
        assert not begun
    assert not inner


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with Python 3.12")
async def test_an_eager_task_of_a_nested_call_ends_before_the_host_function_waits_on(
    start: Start, stores: Callable[..., Store]
) -> None:
    asyncio.get_running_loop().set_task_factory(getattr(asyncio, "eager_task_factory"))  # noqa: B009
    store = stores()
    inner = [await start(store=store) for _ in range(3)]

    class Gathering(Host):
        async def wait(self, ms: int) -> int:
            async def nested() -> int:
                return int(await inner.pop().run(1, 2))

            ended = await asyncio.gather(nested(), return_exceptions=True)
            assert isinstance(ended[0], RuntimeError)
            return ms

    outer = await start(Gathering(), store=store)
    for _ in range(3):
        assert await outer.run(1, 5) == 5
