"""With `--full-names`, modules and fields have namespace, package and version in their names."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType, SimpleNamespace

from dovetail import Store


def test_interfaces_have_their_full_names(case: ModuleType, part: Callable[[str], ModuleType]) -> None:
    point = part("imports.cases_full_names_types_0_3_0_rc_1").Point(x=2, y=3)
    area = part("imports.other_shapes_areas_1_2_0").Area(width=2, height=3)
    imports = case.FullNamesImports(
        cases_full_names_maps_0_3_0_rc_1=SimpleNamespace(measure=lambda at: area),
        plain=SimpleNamespace(greet=lambda name: f"hello {name}"),
    )
    with Store() as store:
        world = case.FullNames(store, imports)
        assert world.cases_full_names_maps_0_3_0_rc_1.measure(point) == area
        assert world.plain.greet("you") == "hello you"
