"""Both faces of one world: one set of value types, a host for either or for both, and records that hold handles."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from dovetail import Store


class Keeper:
    """A resource of the host with a name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def read(self, limit: int) -> bytes:
        return self.name.encode()

    def value(self) -> float:
        return 0.5

    def text(self) -> str:
        return self.name

    @staticmethod
    def join(files: list[Keeper]) -> Keeper:
        return Keeper("+".join(file.name for file in files))


class AsyncKeeper(Keeper):
    """The same, waiting."""

    async def value(self) -> float:  # type: ignore[override]
        await asyncio.sleep(0)
        return 1.5


def imports(case: ModuleType, sensor: type[Keeper], find: Callable[[str], Any], *, face: str) -> Any:
    """What the host gives to one of the faces."""
    disk = SimpleNamespace(File=Keeper, open=Keeper, close=lambda file: None, held=lambda held: held, old=lambda: None)
    error = SimpleNamespace(Error=Keeper, last=None)
    error.last = lambda: (Keeper("last"), None)
    shed = SimpleNamespace(hammer=lambda force: True)
    made = getattr(case, f"AsyncFaces{face}Imports")
    return made(disk=disk, error=error, shed=shed, log=lambda message: None, find=find, sensor=sensor)


def test_one_host_serves_both_faces(case: ModuleType) -> None:
    with Store() as store:
        world = case.AsyncFaces(store, imports(case, Keeper, Keeper, face=""))
        assert world.find("a").name == "a"

    async def main() -> None:
        with Store() as store:
            app = await case.AsyncFacesAsync(store, imports(case, Keeper, Keeper, face="Async"))
            assert (await app.find("b")).name == "b"

    asyncio.run(main())


def test_an_asynchronous_host(case: ModuleType) -> None:
    async def find(key: str) -> AsyncKeeper:
        await asyncio.sleep(0)
        return AsyncKeeper(key)

    async def main() -> None:
        with Store() as store:
            app = await case.AsyncFacesAsync(store, imports(case, AsyncKeeper, find, face="Async"))
            found = await app.find("c")
            assert (type(found), found.name) == (AsyncKeeper, "c")

    asyncio.run(main())


def test_value_types_are_the_same(case: ModuleType, part: Callable[[str], ModuleType]) -> None:
    assert part("exports.guest").Plain is part("imports.base").Plain is case.Plain
    guest = part("exports.guest")
    assert guest.Handle_Table.__annotations__["value"] == "Table | TableAsync"
    with pytest.raises(AttributeError):
        _ = guest.HandleAsync
