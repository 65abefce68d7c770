"""Interfaces that stand in the world itself, one of them under the same name on both sides."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from dovetail import Store


class Pen:
    """A pen of the host."""

    def __init__(self, at: Any) -> None:
        self.at = at

    def move(self, by: Any) -> Any:
        return by


def test_both_sides_of_a_name(case: ModuleType, part: Callable[[str], ModuleType]) -> None:
    imported, exported = part("imports.studio"), part("exports.studio")
    assert imported.Picture is not exported.Picture

    def draw(picture: Any) -> Any:
        if picture.title is None:
            raise imported.MoodRaised(imported.Mood.WILD)
        return picture

    imports = case.InlineImports(
        canvas=SimpleNamespace(draw=lambda stroke: 1, Pen=Pen), studio=SimpleNamespace(draw=draw)
    )
    with Store() as store:
        world = case.Inline(store, imports)
        picture = exported.Picture(points=[exported.Point(x=1, y=-1)], title="t")
        assert world.studio.draw(picture) == picture
        with pytest.raises(exported.MoodRaised) as caught:
            world.studio.draw(exported.Picture(points=[], title=None))
        assert caught.value.value is exported.Mood.WILD
