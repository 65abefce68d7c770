"""Python objects that lie, raise, or use the store where the engine asks them something in an awaited call, and hosts that fail: the
caller gets the exception itself or a clear one, and the store goes on."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from dovetail import Err, Store, bindgen
from everything_host import Counter, Host
from hostile import ASKED, CHANGED, IN_USE, NOT_CLOSED, Acting, Raises, forged, refused

ERRORS = [KeyError("k"), KeyboardInterrupt(), SystemExit(3), MemoryError(), asyncio.CancelledError(), GeneratorExit()]
STOP = StopIteration("stop")


@pytest.fixture(scope="session")
def everything(guest: Callable[[str], Path], packages: Path) -> ModuleType:
    """The guest `everything` with both faces."""
    name = "everything_both"
    bindgen.write(bindgen.generate(guest("everything").read_bytes(), name=name, mode="both"), packages / name)
    importlib.invalidate_caches()
    return importlib.import_module(name)


async def make(everything: ModuleType, store: Store, **attributes: Any) -> Any:
    """The world, with a host some of whose attributes are these."""
    host = type("ChangedHost", (Host,), attributes)(everything)
    return await everything.EverythingBothAsync(store, everything.EverythingBothAsyncImports(host=host))


async def comes_out(call: Any, error: BaseException) -> None:
    """The call raises this exception; about a `StopIteration`, one that has it as its cause."""
    with pytest.raises(BaseException) as caught:  # noqa: PT011
        await call
    if isinstance(error, StopIteration):
        assert type(caught.value) is RuntimeError and caught.value.__cause__ is error
    else:
        assert caught.value is error
    error.__traceback__ = None


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("error", [*ERRORS, STOP], ids=lambda error: type(error).__name__)
async def test_what_an_object_raises_comes_out(everything: ModuleType, asked: str, error: BaseException) -> None:
    place, call = ASKED[asked]
    with Store() as store:
        world = await make(everything, store)
        await comes_out(call(world.echo, Acting(Raises(error), place)), error)
        assert await world.echo.texts(["still", "here"]) == ["still", "here"]
        assert await world.call_host(3) == 3


@pytest.mark.parametrize("asked", ASKED)
async def test_an_object_that_uses_the_store(everything: ModuleType, asked: str) -> None:
    place, ask = ASKED[asked]
    with Store() as store:
        world = await make(everything, store)
        held = await world.counters.Accumulator("held")
        uses: list[tuple[Callable[[], object], str]] = [
            (lambda: world.add(1, 2).send(None), IN_USE),
            (lambda: held.total().send(None), IN_USE),
            (lambda: world.counters.Accumulator("new").send(None), IN_USE),
            (lambda: held.drop().send(None), IN_USE),
            (store.set_limits, IN_USE),
            (store.close, NOT_CLOSED),
        ]
        for use, text in uses:
            value = Acting(lambda use=use, text=text: refused(use, RuntimeError, text), place)  # type: ignore[misc]
            call: Any = ask(world.echo, value)
            await call
            assert value.done == 1
        assert await world.counters.alive() == 1


async def test_a_list_that_changes_while_it_is_lowered(everything: ModuleType) -> None:
    with Store() as store:
        world = await make(everything, store)
        for name, element in (("bytes", ""), ("lists", "element 0: ")):
            numbers: list[Any] = []
            numbers[:] = [Acting(numbers.clear), 2, 3]
            with pytest.raises(ValueError) as caught:  # noqa: PT011
                await getattr(world.echo, name)(numbers if name == "bytes" else [numbers])
            assert str(caught.value) == f"`{name}` argument `v`: {element}{CHANGED}"
        # A call has what its arguments are when it is awaited, not when it is made.
        numbers = [1, 2]
        call = world.echo.bytes(numbers)
        numbers.append(3)
        assert await call == b"\1\2\3"


async def test_buffers_that_lie(everything: ModuleType) -> None:
    with Store() as store:
        echo = (await make(everything, store)).echo
        for name, length, itemsize, letter in (("floats", 8, 4, b"d"), ("words", 4, 1, b"H"), ("bytes", 4, 2, b"B")):
            value, *_alive = forged(length, itemsize, letter)
            with pytest.raises(TypeError, match=f"`{name}` argument `v`: expected a buffer with items"):
                await getattr(echo, name)(value)
        released = memoryview(b"text")
        call = echo.bytes(released)
        released.release()
        with pytest.raises(ValueError, match="released memoryview"):
            await call
        assert await echo.bytes(memoryview(b"text")) == b"text"


def failing(error: BaseException, waits: bool) -> Any:
    """A host function that raises, at once or after a wait."""
    if not waits:
        return Raises(error)

    async def wait(*_arguments: Any) -> Any:
        await asyncio.sleep(0)
        raise error

    return wait


def counting(**attributes: Any) -> dict[str, Any]:
    """A class of counters with these attributes; the sum is one of them, too."""

    def sum_of(left: Any, right: Any) -> Any:
        return changed(left.count + right.count)

    changed: Any = type("ChangedCounter", (Counter,), {"sum": staticmethod(sum_of), **attributes})
    return {"Counter": changed}


def use_counters(world: Any) -> Any:
    return world.counters.use_counters(1, 2)


# Where a host function fails, and what calls it.
POSITIONS: dict[str, tuple[Callable[[Any], dict[str, Any]], Callable[[Any], Any]]] = {
    "a function": (lambda fails: {"next": fails}, lambda world: world.call_host(1)),
    "a constructor": (lambda fails: counting(__init__=lambda self, start: fails(self)), use_counters),
    "a static function": (lambda fails: counting(sum=staticmethod(fails)), use_counters),
    "a method": (lambda fails: counting(value=lambda self: fails(self)), use_counters),
    "a drop": (lambda fails: counting(drop=lambda self: fails(self)), use_counters),
}
WAITING = [
    (position, waits)
    for position in POSITIONS
    for waits in (False, True)
    if (position, waits) != ("a constructor", True)
]


@pytest.mark.parametrize(("position", "waits"), WAITING)
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
async def test_what_a_host_raises_comes_out(
    everything: ModuleType, position: str, error: BaseException, waits: bool
) -> None:
    attributes, call = POSITIONS[position]
    with Store() as store:
        other = await make(everything, store)
        world = await make(everything, store, **attributes(failing(error, waits)))
        await comes_out(call(world), error)
        assert await other.call_host(3) == 3, "another instance of the store goes on"


@pytest.mark.parametrize("position", POSITIONS)
async def test_a_host_that_raises_stop_iteration(everything: ModuleType, position: str) -> None:
    attributes, call = POSITIONS[position]
    with Store() as store:
        world = await make(everything, store, **attributes(Raises(STOP)))
        await comes_out(call(world), STOP)


async def test_an_err_where_none_is_expected(everything: ModuleType) -> None:
    """It is an exception like any other."""
    error = Err(3)
    with Store() as store:
        await comes_out((await make(everything, store, next=failing(error, True))).call_host(1), error)


@pytest.mark.parametrize("waits", [False, True], ids=["at once", "after a wait"])
async def test_results_of_a_host_that_lie(everything: ModuleType, waits: bool) -> None:
    def giving(value: Any) -> Any:
        async def wait(_self: object, _value: int) -> Any:
            await asyncio.sleep(0)
            return value

        return wait if waits else lambda _self, _value: value

    error = KeyError("mine")
    with Store() as store:
        other = await make(everything, store)
        await comes_out((await make(everything, store, next=giving(Acting(Raises(error))))).call_host(1), error)
        texts = {TypeError: "result of `host.next`: expected int, got str", OverflowError: "result of `host.next`"}
        for value, kind in (("five", TypeError), (-1, OverflowError), (2**32, OverflowError)):
            with pytest.raises(kind, match=texts[kind]):
                await (await make(everything, store, next=giving(value))).call_host(1)
        using = Acting(lambda: refused(lambda: other.add(1, 2).send(None), RuntimeError, IN_USE))
        assert await (await make(everything, store, next=giving(using))).call_host(1) == 1
        assert using.done == 1
        assert await other.add(1, 2) == 3
