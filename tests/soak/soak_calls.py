"""Synchronous calls: values, refusals, errors, traps, resources of both sides, exceptions of the host."""

from __future__ import annotations

import gc
import random
from types import ModuleType
from typing import Any

import pytest
from dovetail import Err, Trap
from everything_host import Counter, Host
from soaking import DATA, TEXT, Part, collected, operation


class Calls(Part):
    """A store with a world in it, which are replaced when they are of no use any more."""

    def __init__(self, chance: random.Random, package: ModuleType) -> None:
        super().__init__(chance)
        self.package = package
        self.types = package.imports.types
        self.held: list[Any] = []
        self.begin()

    def begin(self) -> None:
        self.held_store = self.store()
        self.host = Host(self.package)
        self.mortal.add(self.host)
        self.world = self.package.Everything(self.held_store, self.package.EverythingImports(host=self.host))
        self.host.world = self.world  # type: ignore[attr-defined] # A cycle through the store.

    def renew(self) -> None:
        self.leave(self.held_store)
        self.held.clear()
        self.begin()

    def end(self) -> None:
        self.held.clear()
        while self.world.counters.release() is not None:
            pass
        # Handles that were collected are dropped by the next call, which this is.
        assert collected(lambda: self.world.counters.alive() == 0)
        guest, host, _ = self.held_store._live()
        assert (guest, host) == (0, 0), "handles are left over"
        self.held_store.close()
        del self.held_store, self.host, self.world

    def text(self) -> str:
        return "é" * self.chance.randrange(2000)

    @operation(8)
    def values(self) -> None:
        echo, types = self.world.echo, self.types
        text = self.text()
        assert echo.text(text) == text
        assert echo.texts([text, "a"]) == [text, "a"]
        assert (echo.text(TEXT), echo.bytes(DATA), echo.bytes(text.encode())) == (TEXT, DATA, text.encode())
        shapes = [types.Shape_Label(text), types.Shape_Polygon([types.Point(x=1.0, y=2.0)] * 10)]
        assert echo.shapes(shapes) == shapes
        assert echo.lists([[number] * 3 for number in range(50)])[-1] == [49] * 3

    @operation(4)
    def refusals(self) -> None:
        echo = self.world.echo
        for call in (
            lambda: echo.unsigned8(300),
            lambda: echo.texts([TEXT, "\ud800"]),
            lambda: echo.texts(text for text in "ab"),
            lambda: echo.points([self.types.Point(x=1.0, y="2")]),
            lambda: self.world.counters.bump(Counter(1), self.text()),
            lambda: self.world.counters.Accumulator(3),
        ):
            with pytest.raises((TypeError, ValueError, OverflowError)):
                call()

    @operation(4)
    def errors(self) -> None:
        with pytest.raises(Err):
            self.world.echo.attempt(self.types.Failure_NotFound(self.text()))
        with pytest.raises(Err):
            self.world.ask_divide(1, 0)
        assert self.world.echo.outcomes([Err(self.text())])

    @operation(6)
    def resources(self) -> None:
        counters = self.world.counters
        self.held.append(counters.Accumulator(self.text()))
        self.held[0].absorb(counters.Accumulator("given"))
        for part in self.held[0].split(3):
            if self.chance.random() < 0.5:
                part.drop()
        cycle: list[Any] = [counters.Accumulator("cycle")]
        cycle.append(cycle)
        with counters.Accumulator("with") as one:
            one.add(1.0)
        if len(self.held) > 50:
            self.held.clear()

    @operation(6)
    def host_resources(self) -> None:
        counters = self.world.counters
        counter = Counter(1)
        self.mortal.add(counter)
        assert counters.bump(counter, 3) is counter
        counters.peek(counter)
        counters.use_counters(2, 3)
        counters.keep(Counter(2))
        if self.chance.random() < 0.5:
            counters.release()

    @operation(4)
    def host_calls(self) -> None:
        assert self.world.call_host(50) == 50
        self.world.ask_transform("circle")
        self.world.ask_locate(self.text())
        self.host.messages.clear()

    @operation(1)
    def exceptions_of_the_host(self) -> None:
        self.host.raises = KeyError(TEXT)
        with pytest.raises(KeyError):
            self.world.ask_locate("home")
        self.renew()  # The exception stopped the guest.

    @operation(1)
    def traps(self) -> None:
        name = self.chance.choice(["crash", "recurse", "out_of_bounds"])
        with pytest.raises(Trap):
            getattr(self.world.troubles, name)()
        with pytest.raises(Trap):
            self.world.add(1, 2)
        self.renew()

    @operation(2)
    def re_entry(self) -> None:
        class Calling:
            def __index__(calling) -> int:  # noqa: N805
                with pytest.raises(RuntimeError):
                    self.world.add(1, 2)
                gc.collect(0)
                return 1

        assert self.world.echo.unsigned8(Calling()) == 1

    @operation(1)
    def collections(self) -> None:
        gc.collect()
