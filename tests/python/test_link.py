"""One component's export as another's import: linked natively, in one store."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from dovetail import LinkError, Store, as_import, bindgen, wat2wasm

GUESTS = Path(__file__).parent / "guests"


def generated(name: str, packages: Path) -> ModuleType:
    """The package of a guest that is written in the text format."""
    if not (packages / name).exists():
        component = wat2wasm((GUESTS / f"{name}.wat").read_bytes())
        bindgen.write(bindgen.generate(component, name=name), packages / name)
        importlib.invalidate_caches()
    return importlib.import_module(name)


@pytest.fixture
def provider(packages: Path) -> ModuleType:
    """The package of the component that exports."""
    return generated("provider", packages)


@pytest.fixture
def consumer(packages: Path) -> ModuleType:
    """The package of the component that imports."""
    return generated("consumer", packages)


def test_functions_and_resources(provider: ModuleType, consumer: ModuleType) -> None:
    with Store() as store:
        counters = provider.Provider(store).counters
        user = consumer.Consumer(store, consumer.ConsumerImports(counters=as_import(counters)))
        assert user.quadruple(3) == 12
        made = user.make(7)
        assert isinstance(made, counters.Counter), "the resource is the provider's own"
        assert (made.value(), counters.alive()) == (7, 1)
        assert user.take(made) == 7
        assert counters.alive() == 0
        assert user.take(counters.Counter(5)) == 5


def test_another_store_is_refused(provider: ModuleType, consumer: ModuleType) -> None:
    with Store() as store, Store() as other:
        counters = provider.Provider(other).counters
        with pytest.raises(LinkError, match="another store"):
            consumer.Consumer(store, consumer.ConsumerImports(counters=as_import(counters)))


def test_a_python_object_serves_as_well(consumer: ModuleType) -> None:
    class Counter:
        def __init__(self, start: int) -> None:
            self.start = start

        def value(self) -> int:
            return self.start

    class Counters:
        def double(self, value: int) -> int:
            return value * 10

        def alive(self) -> int:
            return 0

    Counters.Counter = Counter  # type: ignore[attr-defined]
    with Store() as store:
        user: Any = consumer.Consumer(store, consumer.ConsumerImports(counters=Counters()))
        assert user.quadruple(3) == 300
        counter = Counter(4)
        assert user.take(counter) == 4
        assert type(user.make(9)) is Counter
