"""A host function may return whatever `await` takes, and nothing else is awaited."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Awaitable, Callable, Generator
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store
from waiting_host import Host, Plain

Start = Callable[..., Awaitable[Any]]


async def pause() -> int:
    await asyncio.sleep(0.001)
    return 7


@types.coroutine
def marked() -> Generator[Any, None, int]:
    result: int = yield from pause().__await__()
    return result + 1


def plain() -> Generator[Any, None, int]:
    yield
    return 9


class Awaited:
    """Its `__await__` returns what it was given."""

    def __init__(self, iterator: object) -> None:
        self.iterator = iterator

    def __await__(self) -> Any:
        return self.iterator


class Imitation(int):
    """Has what a coroutine has, but cannot be awaited."""

    cr_await = None
    cr_code = cr_frame = None

    def send(self, value: object) -> None:
        raise AssertionError

    throw = close = send


async def run(start: Start, returned: object) -> Any:
    host = Host()
    host.wait = lambda ms: returned  # type: ignore[method-assign,assignment,return-value]
    world = await start(host)
    return await asyncio.wait_for(world.run(1, 1), 10)


async def test_a_marked_generator_is_awaited(start: Start) -> None:
    assert await run(start, marked()) == 8


async def test_an_iterator_of_ones_own_is_awaited(start: Start) -> None:
    assert await run(start, Awaited(pause().__await__())) == 7
    assert await run(start, Awaited(plain())) == 9


async def test_what_imitates_a_coroutine_is_a_value(start: Start) -> None:
    assert await run(start, Imitation(6)) == 6


async def test_a_plain_generator_is_no_awaitable(start: Start) -> None:
    with pytest.raises(TypeError, match="result of `host.wait`: expected int, got generator"):
        await run(start, plain())


async def test_what_await_gives_must_be_an_iterator(start: Start) -> None:
    coroutine = pause()
    for returned, name in ((5, "int"), (coroutine, "coroutine"), (marked(), "generator")):
        with pytest.raises(TypeError) as caught:
            await run(start, Awaited(returned))
        assert str(caught.value) == f"`__await__` of Awaited returned {name}, which is no iterator"
    coroutine.close()


async def test_a_coroutine_that_somebody_awaits_is_left_to_them(start: Start) -> None:
    coroutine = pause()
    task = asyncio.create_task(coroutine)
    await asyncio.sleep(0)
    with pytest.raises(RuntimeError) as caught:
        await run(start, coroutine)
    assert str(caught.value) == "coroutine is being awaited already"
    assert await task == 7


@pytest.mark.filterwarnings("ignore:.*never awaited")
def test_the_synchronous_face_refuses_a_marked_generator(guests: Callable[[str], ModuleType]) -> None:
    class Marking(Plain):
        def wait(self, ms: int) -> Any:
            return marked()

        def note(self, count: int) -> Any:
            return marked()

    package = guests("waiter")
    with Store() as store:
        for function, arguments in (("run", (1, 1)), ("notes", (1,))):
            world = package.AioWaiter(store, package.AioWaiterImports(host=Marking()))
            with pytest.raises(TypeError, match="got a coroutine, which nobody awaits: use `def`, not `async def`"):
                getattr(world, function)(*arguments)
