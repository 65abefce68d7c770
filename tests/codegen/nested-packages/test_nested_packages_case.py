"""Packages within the file of another, two versions of one among them."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType, SimpleNamespace

from dovetail import Store


def test_versions_are_told_apart(case: ModuleType, part: Callable[[str], ModuleType]) -> None:
    first, second = part("imports.shape_1_0_0"), part("imports.shape_2_0_0")
    imports = case.NestedPackagesImports(
        shape_1_0_0=SimpleNamespace(area=lambda size: size.width * size.height),
        shape_2_0_0=SimpleNamespace(area=lambda size: size.width * size.height),
        scene=SimpleNamespace(
            scale=lambda size, factor: second.Size(width=size.width * factor, height=size.height * factor)
        ),
    )
    with Store() as store:
        world = case.NestedPackages(store, imports)
        assert world.shape_1_0_0.area(first.Size(width=2, height=3)) == 6
        assert world.shape_2_0_0.area(second.Size(width=0.5, height=3.0)) == 1.5
        scaled = world.scene.scale(first.Size(width=2, height=4), 0.5)
        assert type(scaled) is second.Size
        assert (scaled.width, scaled.height) == (1.0, 2.0)
