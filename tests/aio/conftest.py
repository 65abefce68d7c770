"""What the tests of the asynchronous face share: guests, and worlds made of them. A test that is a coroutine runs in an event
loop of its own."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store, WasiConfig
from waiting_host import Host

Start = Callable[..., Awaitable[Any]]


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Runs a test that is a coroutine."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture(scope="session")
def guests(both_faces: Callable[[str], ModuleType]) -> Callable[[str], ModuleType]:
    """The package of a guest of these tests."""
    return both_faces


@pytest.fixture
def stores() -> Iterator[Callable[..., Store]]:
    """Makes stores that are closed after the test."""
    made: list[Store] = []

    def make(wasi: WasiConfig | None = None) -> Store:
        made.append(Store(wasi=wasi))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture
def start(guests: Callable[[str], ModuleType], stores: Callable[..., Store]) -> Start:
    """Makes the asynchronous world of the guest `waiter`, in a store of its own unless one is given."""

    async def make(host: object | None = None, store: Store | None = None) -> Any:
        package = guests("waiter")
        store = store or stores()
        imports = package.AioWaiterAsyncImports(host=host or Host())
        return await package.AioWaiterAsync(store, imports)

    return make
