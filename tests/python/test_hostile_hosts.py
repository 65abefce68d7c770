"""Hosts that lie, raise, or use the store where a guest calls them: attributes, coroutines, streams of WASI, drops."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from dovetail import Err, Store, WasiConfig
from dovetail.component import Component, Linker
from everything_host import Counter, Host
from hostile import Raises, refused


class Property:
    """An attribute that raises when it is looked up."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        if instance is None:
            return lambda *_arguments: None
        raise self.error


@pytest.mark.parametrize("error", [LookupError("mine"), KeyboardInterrupt(), SystemExit(3)])
def test_attributes_of_the_host_that_raise_when_they_are_looked_up(
    make: Any, everything: ModuleType, error: BaseException
) -> None:
    """An interface's functions are looked up when the world is made, a resource's methods when they are called."""
    for name in ("next", "Counter"):
        with pytest.raises(type(error)) as caught:
            make(**{name: Property(error)})
        assert caught.value is error
    counter = type("Changed", (Counter,), {"add": Property(error), "drop": None})
    world = make(Counter=counter)
    with pytest.raises(type(error)) as caught:
        world.counters.bump(counter(1), 1)
    assert caught.value is error
    dropping = type("Changed", (Counter,), {"drop": Property(error)})
    with pytest.raises(type(error)) as caught:
        make(Counter=dropping).counters.use_counters(1, 2)
    assert caught.value is error


def test_a_method_that_is_gone_when_it_is_called(make: Any) -> None:
    class Vanishing(Counter):
        def add(self, amount: int) -> int:
            return amount

    world = make(Counter=Vanishing)
    one = Vanishing(1)
    one.add = None  # type: ignore[assignment, method-assign]
    text = f"`bump` argument `c`: expected an object for `counter` with a method `add`, got {Vanishing.__qualname__}"
    refused(lambda: world.counters.bump(one, 1), TypeError, text)


ASYNC = "got a coroutine, which nobody awaits: use `def`, not `async def`"


@pytest.mark.filterwarnings("error")
def test_coroutines_on_the_synchronous_face(make: Any, everything: ModuleType) -> None:
    """Each is refused with the same words, and closed: Python has nothing to warn of."""

    async def function(*_arguments: Any) -> Any:
        return 1

    def counter(**attributes: Any) -> dict[str, Any]:
        return {"Counter": type("Changed", (Counter,), attributes)}

    places: list[tuple[str, dict[str, Any], Callable[[Any], object]]] = [
        ("host.next", {"next": function}, lambda world: world.call_host(1)),
        ("host.notify", {"notify": function}, lambda world: world.ask_locate("home")),
        ("host.divide", {"divide": function}, lambda world: world.ask_divide(1, 1)),
        ("host.transform", {"transform": function}, lambda world: world.ask_transform("")),
        ("host.locate", {"locate": function}, lambda world: world.ask_locate("home")),
        ("host.Counter.add", counter(add=function), lambda world: world.counters.bump(world.made(1), 1)),
        ("host.Counter.sum", counter(sum=staticmethod(function)), lambda world: world.counters.use_counters(1, 2)),
        ("host.Counter.drop", counter(drop=function), lambda world: world.counters.use_counters(1, 2)),
    ]
    for place, changed, call in places:
        world = make(**changed)
        world.made = changed.get("Counter")
        refused(lambda call=call, world=world: call(world), TypeError, f"result of `{place}`: {ASYNC}")  # type: ignore[misc]
        gc.collect()


@pytest.mark.filterwarnings("ignore:.*never awaited")
def test_a_constructor_that_is_a_coroutine(make: Any) -> None:
    """Python refuses it by itself, before the engine sees anything."""

    async def init(*_arguments: Any) -> None: ...

    with pytest.raises(TypeError, match="__init__"):
        make(Counter=type("Changed", (Counter,), {"__init__": init})).counters.use_counters(1, 2)
    gc.collect()


WRITES: dict[str, tuple[str, list[str]]] = {
    "stdout": ("stdout_custom", ["--plain"]),
    "stderr": ("stderr_custom", ["-x?"]),
}


def hexyl(config: WasiConfig, guest: Callable[[str], Any]) -> tuple[Store, Any]:
    """A program that reads its standard input and prints it."""
    store = Store(wasi=config)
    linker = Linker(store.engine)
    linker.add_wasip2()
    return store, linker.instantiate(store, Component.from_file(store.engine, guest("hexyl")))


@pytest.mark.parametrize("stream", WRITES)
@pytest.mark.parametrize("error", [KeyError("k"), KeyboardInterrupt(), SystemExit(3), Err("no")])
def test_a_stream_of_the_host_that_raises(guest: Callable[[str], Any], stream: str, error: BaseException) -> None:
    """What the callback for a guest's output raises ends the guest and comes out."""
    attribute, arguments = WRITES[stream]
    config = WasiConfig()
    config.argv = ["hexyl", *arguments]
    config.stdin_bytes(b"hello")
    setattr(config, attribute, Raises(error))
    store, program = hexyl(config, guest)
    with store:
        with pytest.raises(type(error)) as caught:
            program.run.run()
        assert caught.value is error


def test_a_stream_of_the_host_that_uses_the_store(guest: Callable[[str], Any]) -> None:
    seen: list[BaseException] = []
    written: list[bytes] = []

    def write(data: bytes) -> None:
        written.append(data)
        for use in (lambda: store.set_limits(), store.close, lambda: program.run.run()):
            try:
                use()
            except BaseException as error:
                seen.append(error)

    config = WasiConfig()
    config.argv = ["hexyl", "--plain"]
    config.stdin_bytes(b"hello")
    config.stdout_custom = write
    store, program = hexyl(config, guest)
    program.run.run()
    assert b"68 65 6c 6c 6f" in b"".join(written)
    assert {type(error) for error in seen} == {RuntimeError}
    store.close()


@pytest.mark.parametrize(
    ("answer", "error", "text"),
    [
        ("3", TypeError, "expected int or None, got str"),
        (-1, ValueError, "expected 1 to N bytes taken, got -1"),
        (0, ValueError, "expected 1 to N bytes taken, got 0"),
        (10**30, ValueError, f"expected 1 to N bytes taken, got {10**30}"),
    ],
)
def test_a_stream_of_the_host_that_answers_nonsense(
    guest: Callable[[str], Any], answer: Any, error: type[Exception], text: str
) -> None:
    config = WasiConfig()
    config.argv = ["hexyl", "--plain"]
    config.stdin_bytes(b"hello")
    config.stdout_custom = lambda data: answer
    store, program = hexyl(config, guest)
    with store, pytest.raises(error) as caught:
        program.run.run()
    assert type(caught.value) is error
    assert re.sub(r"1 to \d+ ", "1 to N ", str(caught.value)) == f"result of `stdout_custom`: {text}"


def test_a_stream_of_the_host_that_takes_a_byte_at_a_time(guest: Callable[[str], Any]) -> None:
    taken = bytearray()

    def take(data: bytes) -> int:
        taken.extend(data[:1])
        return 1

    config = WasiConfig()
    config.argv = ["hexyl", "--plain"]
    config.stdin_bytes(b"hello")
    config.stdout_custom = take
    store, program = hexyl(config, guest)
    with store:
        program.run.run()
    assert b"68 65 6c 6c 6f" in taken


def test_a_host_object_that_is_dropped_with_its_store_and_raises(make: Any, capsys: Any) -> None:
    """Closing runs no destructor of the host: the guest is gone, and with it its last handles."""
    dropped: list[Any] = []
    counter = type("Changed", (Counter,), {"drop": dropped.append})
    with Store() as store:
        make(store, Counter=counter).counters.keep(counter(1))
    assert dropped == []


def test_host_of_one_world_in_two_stores(everything: ModuleType) -> None:
    host = Host(everything)
    with Store() as first, Store() as second:
        worlds = [everything.Everything(store, everything.EverythingImports(host=host)) for store in (first, second)]
        assert [world.call_host(2) for world in worlds] == [2, 2]


def test_functions_are_looked_up_once(everything: ModuleType) -> None:
    """When the world is made: what the object gets in their place later is not called."""
    host = Host(everything)
    with Store() as store:
        world = everything.Everything(store, everything.EverythingImports(host=host))
        host.next = None  # type: ignore[assignment, method-assign]
        assert world.call_host(3) == 3
    assert host.calls == 3
