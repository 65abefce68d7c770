"""Two hundred parameters, and names that fill lines."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store


class Anything:
    """A host that adds up what it gets; nothing else is called."""

    def __init__(self, protocol: type) -> None:
        for name in vars(protocol):
            if not name.startswith("_"):
                setattr(self, name, lambda *arguments: sum(arguments))


def test_two_hundred_parameters(case: ModuleType, part: Callable[[str], ModuleType]) -> None:
    things = part("imports.things")
    host: Any = Anything(things.Things)
    resource = "BetaXExtraordinaryAlphaExtraordinary"
    members = {name: lambda *arguments: None for name in vars(getattr(things, resource)) if not name.startswith("_")}
    setattr(host, resource, type(resource, (), {"__init__": lambda self, *arguments: None, **members}))
    imports_class = next(value for name, value in vars(case).items() if name.endswith("Imports"))
    world_class = next(value for value in vars(case).values() if getattr(value, "__name__", "") == "Long")
    functions = {name: lambda *arguments: None for name in imports_class.__annotations__ if name != "things"}
    with Store() as store:
        world = world_class(store, imports_class(things=host, **functions))
        assert world.things.two_hundred(*range(200)) == sum(range(200))
        assert world.things.two_hundred(**{f"p{n}": 1 for n in range(200)}) == 200
        with pytest.raises(TypeError):
            world.things.two_hundred(*range(199))
        with pytest.raises(OverflowError, match="p199"):
            world.things.two_hundred(*range(199), -1)
