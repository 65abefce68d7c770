"""Empty interfaces need no object and give none; their types are there."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from dovetail import Store


def test_nothing_is_needed(case: ModuleType, part: Callable[[str], ModuleType]) -> None:
    with Store() as store:
        world = case.Empty(store)
        assert not hasattr(world, "nothing")
    assert part("exports.only_types").Point(x=3).x == 3
