"""What has documentation runs like everything else; the golden shows the docstrings."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from dovetail import Err, Store


class Pen:
    """A pen of the host."""

    def __init__(self, ink: str) -> None:
        self.ink = ink

    def draw(self, shape: Any) -> None:
        if self.ink == "dry":
            raise LEVEL[0]

    @staticmethod
    def break_(pen: Pen) -> int:
        return len(pen.ink)

    def bare(self, pen: Pen) -> None:
        self.ink += pen.ink


LEVEL: list[Exception] = []


class Plain:
    """The interface."""

    Pen = Pen

    def act(self, thing: Any) -> float:
        if thing.quote:
            raise Err(thing)
        return float(thing.count)

    def quotes(self) -> None: ...

    def unicode(self) -> None: ...


def test_they_run(case: ModuleType, part: Callable[[str], ModuleType]) -> None:
    plain = part("exports.plain")
    LEVEL[:] = [part("imports.plain").LevelRaised(plain.Level.OTHER)]
    with Store() as store:
        world = case.Docs(store, case.DocsImports(plain=Plain(), log=print))
        thing = plain.Thing(name="n", count=3, bare=False, quote=False)
        assert world.plain.act(thing) == 3.0
        with pytest.raises(plain.ThingRaised) as caught:
            world.plain.act(plain.Thing(name="n", count=3, bare=False, quote=True))
        assert caught.value.value.name == "n"
        with world.plain.Pen("dry") as pen, pytest.raises(plain.LevelRaised) as raised:
            pen.draw(plain.Shape_Circle(1.0))
        assert raised.value.value is plain.Level.OTHER
        assert world.plain.Pen.break_(world.plain.Pen("ink")) == 3
