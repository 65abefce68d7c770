"""What the tests of the Python side share: the guest `everything`, in a store, with its host."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store
from dovetail.component import Component
from everything_host import Host

Make = Callable[..., Any]


_BOTH_WAYS = {"test_bad_values", "test_errors", "test_host_objects", "test_resources", "test_values"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What holds for a generated package holds for classes that are made at run time."""
    names = metafunc.fixturenames
    if metafunc.module.__name__ in _BOTH_WAYS and "everything" in names and "program" not in names:
        metafunc.parametrize("everything", ["generated", "reflected"], indirect=True)


@pytest.fixture
def everything(
    request: pytest.FixtureRequest, package: Callable[[str], ModuleType], guest: Callable[[str], Path]
) -> ModuleType:
    """The generated package, or the one that a component without it gets."""
    if getattr(request, "param", "generated") == "generated":
        return package("everything")
    return Component.from_file(Store().engine, guest("everything")).package


@pytest.fixture
def make(everything: ModuleType) -> Iterator[Make]:
    """Makes worlds, each in a store of its own unless one is given; attributes replace those of the host's class."""
    stores: list[Store] = []

    def world(store: Store | None = None, **attributes: Any) -> Any:
        if store is None:
            store = Store()
            stores.append(store)
        host = type("ChangedHost", (Host,), attributes)(everything)
        return everything.Everything(store, everything.EverythingImports(host=host))

    yield world
    for store in stores:
        store.close()


@pytest.fixture
def world(make: Make) -> Any:
    """The component with the host as it is."""
    return make()


PROGRAM = """
import faulthandler, sys
faulthandler.enable()
sys.path.append({shared!r})
import everything
from dovetail import Store, Trap
from everything_host import Host

class Changed(Host):
    def next(self, value):
        {body}

world = everything.Everything(Store(), everything.EverythingImports(host=Changed(everything)))
{rest}
"""


@pytest.fixture
def program(
    everything: ModuleType, python: Callable[..., CompletedProcess[str]]
) -> Callable[[str, str], CompletedProcess[str]]:
    """Runs a program with a host whose `next` has this body."""
    packages = str(Path(everything.__file__ or "").parents[1])
    shared = str(Path(__file__).resolve().parents[1])

    def run(body: str, rest: str) -> CompletedProcess[str]:
        return python("-c", PROGRAM.format(shared=shared, body=body, rest=rest), path=packages)

    return run


@pytest.fixture
def no_collections() -> Iterator[None]:
    """Turns the collector off. Others listen to it (Hypothesis does), and what a signal's handler raises in their callbacks is lost."""
    gc.disable()
    yield
    gc.enable()
