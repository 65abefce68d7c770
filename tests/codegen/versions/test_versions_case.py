"""Packages, and versions of a package, side by side."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from dovetail import Store


def test_each_version_has_its_own_types(case: ModuleType, part: Callable[[str], ModuleType]) -> None:
    first, second = part("imports.other_shapes_types_0_1_0"), part("imports.other_shapes_types_0_2_0")
    own = part("imports.cases_versions_types_1_0_0")
    assert first.Shape_Circle is not second.Shape_Circle
    assert part("exports.only_0_1_0").Shape == first.Shape

    def draw(shape: Any) -> None: ...

    types = SimpleNamespace(draw=draw)
    imports = case.VersionsImports(
        cases_versions_types_1_0_0=SimpleNamespace(get=lambda: own.Here(x=4)),
        other_shapes_types_0_1_0=types,
        other_shapes_types_0_2_0=types,
        third_shapes_types_0_2_0=types,
        only=SimpleNamespace(area=lambda shape: 2.5 if isinstance(shape, second.Shape_Circle) else 0.0),
        plain=SimpleNamespace(both=lambda a: second.Shape_Square()),
        convert=lambda: 8,
    )
    with Store() as store:
        world = case.Versions(store, imports)
        assert world.types.get() == own.Here(x=4)
        assert world.convert() == 8
        assert world.only_0_2_0.area(second.Shape_Circle(1)) == 2.5
        assert world.only_0_1_0.area(first.Shape_Circle(1)) == 2.5
        with pytest.raises(TypeError):
            world.only_0_1_0.area(second.Shape_Circle(1))
