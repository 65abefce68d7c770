"""Exports that are awaited, and hosts that wait: the guest's call is suspended, and the event loop goes on."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import inspect
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Generator
from types import ModuleType
from typing import Any

import pytest
from dovetail import Err, Store, Trap
from waiting_host import Host, Plain

Start = Callable[..., Awaitable[Any]]


async def test_a_host_coroutine_under_a_guests_loop(start: Start) -> None:
    host = Host()
    world = await start(host)
    assert await world.run(3, 2) == 6
    assert host.waits == [2, 2, 2]


async def test_the_event_loop_goes_on_while_a_guest_waits(start: Start) -> None:
    world = await start()
    steps = 0

    async def count() -> None:
        nonlocal steps
        while True:
            steps += 1
            await asyncio.sleep(0.001)

    counting = asyncio.create_task(count())
    await world.run(1, 50)
    counting.cancel()
    assert steps > 10


async def test_guests_wait_at_the_same_time(start: Start) -> None:
    worlds = [await start() for _ in range(100)]
    begun = time.monotonic()
    assert await asyncio.gather(*[world.run(1, 50) for world in worlds]) == [50] * 100
    assert time.monotonic() - begun < 1


async def test_a_thousand_stores(start: Start) -> None:
    worlds = [await start() for _ in range(1000)]
    gate = asyncio.Event()
    arrived = 0

    class Gated(Host):
        async def wait(self, ms: int) -> int:
            nonlocal arrived
            arrived += 1
            await gate.wait()
            return ms

    gated = [await start(Gated()) for _ in range(len(worlds))]
    calls = [asyncio.create_task(world.run(2, number)) for number, world in enumerate(gated)]
    while arrived < len(calls):
        await asyncio.sleep(0)
    gate.set()
    assert await asyncio.gather(*calls) == [2 * number for number in range(len(calls))]


async def test_values_go_in_and_out_around_a_wait(start: Start) -> None:
    world = await start()
    assert await world.echo("grüße") == "eßürg"
    assert await world.echo(text="ab") == "ba"
    assert await world.attempt() == 42


def test_a_host_without_coroutines_never_suspends(start: Start) -> None:
    class Plain(Host):
        def wait(self, ms: int) -> int:  # type: ignore[override]
            return ms + 1

    async def main() -> int:
        world = await start(Plain())
        call = world.run(2, 4)
        with pytest.raises(StopIteration) as returned:
            call.send(None)
        answer: int = returned.value.value
        return answer

    assert asyncio.run(main()) == 10


async def test_any_awaitable_is_awaited(start: Start) -> None:
    class Later:
        def __await__(self) -> Generator[Any, Any, int]:
            yield from asyncio.sleep(0.001).__await__()
            return 5

    loop = asyncio.get_running_loop()
    results: list[Any] = []

    def future() -> asyncio.Future[int]:
        future: asyncio.Future[int] = loop.create_future()
        loop.call_later(0.001, future.set_result, 6)
        return future

    async def coroutine() -> int:
        await asyncio.sleep(0)
        return 7

    makers: list[Callable[[], Any]] = [Later, future, coroutine, lambda: asyncio.create_task(coroutine()), lambda: 8]
    for make in makers:
        host = Host()
        host.wait = lambda ms, make=make: make()  # type: ignore[method-assign,assignment,misc]
        results.append(await (await start(host)).run(1, 0))
    assert results == [5, 6, 7, 7, 8]


async def test_the_error_of_a_result_is_raised(start: Start) -> None:
    class Failing(Host):
        async def attempt(self) -> int:
            await asyncio.sleep(0)
            raise Err("no")

    world = await start(Failing())
    with pytest.raises(Err) as caught:
        await world.attempt()
    assert caught.value.value == "no"
    assert await world.run(1, 1) == 1, "an error value stops nobody"


async def test_an_exception_of_a_coroutine_comes_out_as_it_is(start: Start) -> None:
    problem = KeyError("lost")

    class Failing(Host):
        async def wait(self, ms: int) -> int:
            await asyncio.sleep(0)
            raise problem

    world = await start(Failing())
    with pytest.raises(KeyError) as caught:
        await world.run(1, 1)
    assert caught.value is problem
    names = [frame.name for frame in traceback.extract_tb(problem.__traceback__)]
    assert names[-1] == "wait" and "test_an_exception_of_a_coroutine_comes_out_as_it_is" in names
    with pytest.raises(Trap, match="an earlier call into it was stopped"):
        await world.run(1, 1)


async def test_a_result_that_does_not_fit(start: Start) -> None:
    class Wrong(Host):
        async def wait(self, ms: int) -> Any:
            await asyncio.sleep(0)
            return "five"

    world = await start(Wrong())
    with pytest.raises(TypeError, match="result of `host.wait`: expected int, got str"):
        await world.run(1, 1)


async def test_a_coroutine_that_returns_a_coroutine(start: Start) -> None:
    """Only the first one is awaited."""

    class Wrong(Host):
        async def wait(self, ms: int) -> Any:
            return super().wait(ms)

        async def note(self, count: int) -> Any:  # type: ignore[override]
            return super().wait(count)

    text = "result of `host.%s`: got a coroutine by awaiting what it returned, which is not awaited again: `await` it in the function"
    calls: dict[str, Callable[[Any], Awaitable[Any]]] = {
        "wait": lambda world: world.run(1, 1),
        "note": lambda world: world.notes(1),
    }
    for name, call in calls.items():
        with pytest.raises(TypeError) as caught:
            await call(await start(Wrong()))
        assert str(caught.value) == text % name


async def test_a_trap_after_a_wait(start: Start) -> None:
    world = await start()
    with pytest.raises(Trap, match="unreachable") as caught:
        await world.crash()
    assert caught.value.frames


async def test_wrong_arguments(start: Start) -> None:
    world = await start()
    with pytest.raises(TypeError, match=r"`run\(count, ms\)` takes 2 arguments, got 1"):
        world.run(1)
    call = world.run(1, -1)
    with pytest.raises(OverflowError, match="`run` argument `ms`"):
        await call
    assert await world.run(1, 1) == 1


async def test_context_variables_are_those_of_the_awaiting_task(start: Start) -> None:
    variable = contextvars.ContextVar("variable", default=0)
    seen = []

    class Looking(Host):
        async def wait(self, ms: int) -> int:
            seen.append(variable.get())
            await asyncio.sleep(0)
            variable.set(variable.get() + 1)
            return ms

    world = await start(Looking())
    variable.set(10)
    await world.run(3, 1)
    assert (seen, variable.get()) == ([10, 11, 12], 13)
    assert "dovetail_call" not in [found.name for found in contextvars.copy_context()]


async def test_tasks_that_follow_one_another_remember_no_calls_that_are_over(start: Start) -> None:
    """Each step's host function creates the task of the next one, which has the contexts of all before it."""
    tasks: list[asyncio.Task[int]] = []
    levels: list[int] = []

    class Stepping(Host):
        async def wait(self, ms: int) -> int:
            (value,) = [
                value for variable, value in contextvars.copy_context().items() if variable.name == "dovetail_call"
            ]
            levels.append(0)
            while value is not None:
                levels[-1] += 1
                value = value[1]
            if len(tasks) < 20:
                tasks.append(asyncio.create_task(world.run(1, 1)))
            return ms

    world = await start(Stepping())
    await world.run(1, 1)
    for number in range(20):
        await tasks[number]
    assert len(levels) == 21 and max(levels) <= 2


async def test_an_await_that_was_forgotten(start: Start) -> None:
    call = (await start()).tables.Table(1)
    with pytest.raises(AttributeError) as caught:
        call.read()
    assert str(caught.value) == (
        "the call of `Table` has no attribute `read`: to have that of its result, await it first"
    )
    assert not hasattr(call, "cr_code")
    call.close()


async def test_calls_are_coroutines_to_event_loops(start: Start) -> None:
    world = await start()
    call = world.run(1, 1)
    assert asyncio.iscoroutine(call) and inspect.isawaitable(call)
    assert (call.__name__, repr(call)) == ("run", "<call of run>")
    task = asyncio.create_task(call)
    assert "run" in repr(task)
    assert await task == 1
    assert await asyncio.wait_for(world.run(1, 2), 10) == 2


async def test_exports_are_coroutine_functions_to_frameworks(start: Start, guests: Callable[[str], ModuleType]) -> None:
    world = await start()
    assert asyncio.iscoroutinefunction(world.run)
    if sys.version_info >= (3, 12):
        assert inspect.iscoroutinefunction(world.run) and inspect.iscoroutinefunction(functools.partial(world.run, 1))
    with Store() as store:
        package = guests("waiter")
        plain = package.AioWaiter(store, package.AioWaiterImports(host=Plain())).run
        assert not asyncio.iscoroutinefunction(plain) and not inspect.iscoroutinefunction(plain)


async def test_a_call_is_awaited_once(start: Start) -> None:
    world = await start()
    call = world.run(1, 1)
    await call
    with pytest.raises(RuntimeError, match="the call was awaited already"):
        await call


async def test_a_call_that_is_never_awaited(start: Start) -> None:
    host = Host()
    world = await start(host)
    with pytest.warns(RuntimeWarning, match="call of `run` was never awaited"):
        world.run(1, 1)
    assert host.waits == []
    world.run(1, 1).close()


async def test_a_host_may_be_awaited_while_a_component_is_made(guests: Callable[[str], ModuleType]) -> None:
    host = Host()
    package = guests("starter")
    with Store() as store:
        made = package.AioStarterAsync(store, package.AioStarterAsyncImports(host=host))
        assert host.waits == [], "nothing is called before it is awaited"
        text = "`AioStarterAsync` is not instantiated before it is awaited, as in `await AioStarterAsync(store)`"
        with pytest.raises(RuntimeError) as refused:
            await made.answer()
        assert str(refused.value) == text
        world = await made
        assert world is made and host.waits == [20]
        assert await world.answer() == 20


def test_the_synchronous_face_refuses_coroutines(guests: Callable[[str], ModuleType]) -> None:
    package = guests("waiter")
    with Store() as store:
        world = package.AioWaiter(store, package.AioWaiterImports(host=Host()))
        with pytest.raises(TypeError, match="result of `host.wait`: got a coroutine"):
            world.run(1, 1)


async def test_both_faces_of_one_package_live_together(guests: Callable[[str], ModuleType]) -> None:
    package = guests("waiter")
    with Store() as store:
        plain = package.AioWaiter(store, package.AioWaiterImports(host=Plain()))
        awaited = await package.AioWaiterAsync(store, package.AioWaiterAsyncImports(host=Host()))
        assert plain.run(2, 3) == await awaited.run(2, 3) == 6


async def test_documentation_and_signatures(start: Start) -> None:
    world = await start()
    assert list(inspect.signature(world.run).parameters) == ["count", "ms"]
    assert world.run.__qualname__ == "AioWaiterAsync.run"
    assert world.tables.Table.read.__name__ == "read"
