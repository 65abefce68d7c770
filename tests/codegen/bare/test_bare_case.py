"""A world without anything can be made."""

from __future__ import annotations

from types import ModuleType

from dovetail import Store


def test_there_is_nothing(case: ModuleType) -> None:
    with Store() as store:
        assert [name for name in vars(case.Bare(store)) if not name.startswith("_")] == []
