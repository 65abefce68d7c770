"""Pickled and copied components, values and errors; engines and components that are loaded and dropped."""

from __future__ import annotations

import copy
import pickle
import random
from pathlib import Path
from types import ModuleType

import pytest
from dovetail import Config, Engine, Trap
from dovetail.component import Component
from everything_host import Host
from soaking import Part, operation


class Copies(Part):
    """Copies of the component of a package, and of what goes in and out of it."""

    def __init__(self, chance: random.Random, package: ModuleType, guest: Path) -> None:
        super().__init__(chance)
        self.package = package
        self.guest = guest
        self.component = Component.from_package(package)

    def use(self, component: Component) -> None:
        """Runs a component, in a store of its engine."""
        store = self.store(engine=component.engine)
        host = Host(component.package)
        self.mortal.add(host)
        world = component.instantiate(store, host=host)
        assert world.call_host(3) == 3
        with pytest.raises(Trap) as trapped:
            world.troubles.crash()
        again = pickle.loads(pickle.dumps(trapped.value))
        assert again.code is trapped.value.code
        self.leave(store)

    @operation(1)
    def pickled_components(self) -> None:
        self.use(pickle.loads(pickle.dumps(self.component)))

    @operation(2)
    def pickled_values(self) -> None:
        types = self.package.imports.types
        values = [types.Shape_Polygon([types.Point(x=1.0, y=2.0)] * 20), types.Shape_Label("é"), types.Colour.RED]
        assert pickle.loads(pickle.dumps(values)) == values
        assert copy.deepcopy(values) == values

    @operation(0.3)
    def engines_of_their_own(self) -> None:
        engine = Engine(Config())
        self.mortal.add(engine)
        self.use(Component.from_file(engine, self.guest))
