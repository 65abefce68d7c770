"""A `StopIteration` that Python code raises inside an awaited call does not say that the call has returned: as from a coroutine
(PEP 479), a `RuntimeError` about it comes out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store
from waiting_host import Host

Start = Callable[..., Awaitable[Any]]

TEXT = "awaited call raised StopIteration"


class Raising:
    """A value that raises where the engine asks it something, and something to be awaited that raises when it is."""

    def __init__(self, stop: StopIteration) -> None:
        self.stop = stop

    def __index__(self) -> int:
        raise self.stop

    def __await__(self) -> Generator[Any, Any, Any]:
        raise self.stop


class Throwing(Raising):
    """Something to be awaited that raises when an exception is thrown into it: so it returns a value."""

    def __await__(self) -> Generator[Any, Any, Any]:
        return self  # type: ignore[return-value]

    def __iter__(self) -> Throwing:
        return self

    def __next__(self) -> object:
        return None

    def throw(self, _error: BaseException) -> object:
        raise self.stop


async def raised(call: Awaitable[Any], stop: StopIteration) -> None:
    """The call raises an error about this exception; awaited as it is or in a task."""
    with pytest.raises(RuntimeError) as caught:
        await call
    assert (type(caught.value), str(caught.value)) == (RuntimeError, TEXT)
    assert caught.value.__cause__ is caught.value.__context__ is stop


def plain(call: Any) -> Any:
    return call


@pytest.fixture(params=[plain, asyncio.ensure_future])
def awaited(request: pytest.FixtureRequest) -> Callable[[Any], Awaitable[Any]]:
    """The ways to await a call."""
    way: Callable[[Any], Awaitable[Any]] = request.param
    return way


async def test_of_a_plain_host_function(start: Start, awaited: Callable[[Any], Awaitable[Any]]) -> None:
    stop = StopIteration(5)

    class Stopping(Host):
        def wait(self, ms: int) -> int:  # type: ignore[override]
            raise stop

    await raised(awaited((await start(Stopping())).run(1, 1)), stop)


async def test_of_what_a_host_function_returns(start: Start, awaited: Callable[[Any], Awaitable[Any]]) -> None:
    """When it is asked how it is awaited, and when it is taken for a number."""
    stop = StopIteration(5)

    class Returning(Host):
        def wait(self, ms: int) -> Any:
            return Raising(stop)

    await raised(awaited((await start(Returning())).run(1, 1)), stop)

    class Later(Host):
        async def wait(self, ms: int) -> Any:
            await asyncio.sleep(0)
            value = Raising(stop)
            return type("Number", (), {"__index__": lambda self: value.__index__()})()

    await raised(awaited((await start(Later())).run(1, 1)), stop)


async def test_of_an_argument(start: Start, awaited: Callable[[Any], Awaitable[Any]]) -> None:
    stop = StopIteration("argument")
    world = await start()
    await raised(awaited(world.run(Raising(stop), 1)), stop)
    assert await world.run(1, 1) == 1


async def test_of_a_constructor_and_a_drop(start: Start, awaited: Callable[[Any], Awaitable[Any]]) -> None:
    stop = StopIteration(8)
    stopping = [False]

    class Stopping(Host):
        def wait(self, ms: int) -> int:  # type: ignore[override]
            if stopping[0]:
                raise stop
            return ms

    world = await start(Stopping())
    table = await world.tables.Table(1)
    stopping[0] = True
    await raised(awaited(table.drop()), stop)
    world = await start(Stopping())
    await raised(awaited(world.tables.Table(1)), stop)


async def test_of_the_drop_of_a_host_object(start: Start, awaited: Callable[[Any], Awaitable[Any]]) -> None:
    stop = StopIteration(8)

    class Sink(Host.Sink):
        def drop(self) -> None:  # type: ignore[override]
            raise stop

    class Stopping(Host):
        pass

    Stopping.Sink = Sink  # type: ignore[misc]
    await raised(awaited((await start(Stopping())).fill(Sink())), stop)


async def test_of_an_instantiation(guests: Callable[[str], ModuleType]) -> None:
    stop = StopIteration(7)

    class Stopping(Host):
        def wait(self, ms: int) -> int:  # type: ignore[override]
            raise stop

    package = guests("starter")
    with Store() as store:
        made = package.AioStarterAsync(store, package.AioStarterAsyncImports(host=Stopping()))
        with pytest.raises(RuntimeError) as caught:
            await made
    assert (str(caught.value), caught.value.__cause__) == (TEXT, stop)


async def test_of_a_nested_call(start: Start) -> None:
    """The host function that awaits it sees the error, too."""
    stop = StopIteration(5)
    seen: list[BaseException | None] = []

    class Stopping(Host):
        def wait(self, ms: int) -> int:  # type: ignore[override]
            raise stop

    class Calling(Host):
        async def wait(self, ms: int) -> int:
            try:
                result: int = await inner.run(1, ms)
            except RuntimeError as error:
                seen.append(error.__cause__)
                return 7
            return result

    with Store() as store:
        inner = await start(Stopping(), store=store)
        outer = await start(Calling(), store=store)
        assert await outer.run(1, 1) == 7
    assert seen == [stop]


async def test_thrown_into_a_call(start: Start) -> None:
    stop = StopIteration(5)

    class Stop(Exception):
        def __init__(self) -> None:
            raise stop

    for thrown in (stop, Stop):
        call = (await start()).run(1, 1)
        with pytest.raises(RuntimeError, match=TEXT) as caught:
            call.throw(thrown)
        assert caught.value.__cause__ is stop
        call.close()


async def test_closing_a_call(start: Start) -> None:
    """What the host raises instead of ending comes out, as from a coroutine."""
    stop = StopIteration(5)

    class Closing(Throwing):
        def close(self) -> None:
            raise stop

    class Stopping(Host):
        def wait(self, ms: int) -> Any:
            return Closing(stop)

    call = (await start(Stopping())).run(1, 1)
    call.send(None)
    with pytest.raises(RuntimeError, match=TEXT):
        call.close()


async def test_an_iterator_that_returns_by_it_has_returned(start: Start) -> None:
    class Returning(Host):
        def wait(self, ms: int) -> Any:
            return Throwing(StopIteration(5))

    call = (await start(Returning())).run(1, 1)
    call.send(None)
    with pytest.raises(StopIteration) as returned:
        call.throw(KeyError())
    assert returned.value.value == 5
