"""A composition of two components in one file: strings and resources pass between the two without the host."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from dovetail import Err, Store


@pytest.fixture(scope="module")
def module(package: Callable[[str], ModuleType]) -> ModuleType:
    """The generated package."""
    return package("market")


@pytest.fixture
def world(module: ModuleType) -> Iterator[Any]:
    """The composition in a store; its class is named after the package, since a composition's world has no name."""
    world_class = next(
        value
        for name, value in vars(module).items()
        if isinstance(value, type) and hasattr(value, "__annotations__") and "shop" in value.__annotations__
    )
    with Store() as store:
        yield world_class(store)


def test_strings_and_resources_between_components(world: Any) -> None:
    receipt = world.shop.buy(["tea", "crème brûlée"], 50)
    assert receipt.lines == [
        "tea: 225",
        "crème brûlée: 310",
        "bag: 5",
        "tea, crème brûlée, bag",
    ]
    assert receipt.total == 540


def test_what_one_component_dropped_is_gone_in_the_other(world: Any) -> None:
    for _ in range(100):
        world.shop.buy(["tea"], 0)
    assert world.shop.alive() == 0


def test_errors_pass_through_both(world: Any) -> None:
    with pytest.raises(Err, match="no coffee in the catalog"):
        world.shop.buy(["coffee"], 0)
    with pytest.raises(Err, match="a discount of 101 percent on tea"):
        world.shop.buy(["tea"], 101)
    assert world.shop.alive() == 0
