"""How packages look that are made at run time: the options of `Component` and of the import hook."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dovetail import NumberBuffer, Ok, Store, loader
from dovetail.component import Component, Linker


class Sink:
    """A sink of the host."""

    def __init__(self, name: str) -> None: ...

    async def write(self, data: bytes) -> int:
        await asyncio.sleep(0)
        return len(data)

    @staticmethod
    def flush() -> None: ...


async def log(level: Any, message: str) -> None:
    await asyncio.sleep(0)


LOG = SimpleNamespace(Sink=Sink, log=log)


@pytest.fixture
def kv(guest: Callable[[str], Path]) -> Path:
    return guest("kv")


async def put(world: Any, package: Any) -> list[str]:
    types = package.imports.types
    async with await world.store.Table("t") as table:
        entry = types.Entry(key="a", value=types.Value_Num(1), tags=[], perms=types.Perms.READ)
        assert await table.put(entry) is None
        keys: list[str] = await table.keys()
        return keys


@pytest.mark.parametrize("mode", ["async", "both"])
def test_the_asynchronous_face(kv: Path, mode: Any) -> None:
    async def main() -> None:
        with Store() as store:
            component = Component.from_file(store.engine, kv, mode=mode)
            world = await component.instantiate_async(store, host_log=LOG)
            assert type(world) is component.async_world
            assert await put(world, component.package) == ["a"]

    asyncio.run(main())


def test_the_face_that_is_not_there(kv: Path) -> None:
    with Store() as store:
        component = Component.from_file(store.engine, kv)
        with pytest.raises(TypeError, match="has no asynchronous face: make it with `mode='async'` or `mode='both'`"):
            _ = component.async_world
        alone = Component.from_file(store.engine, kv, mode="async")
        with pytest.raises(TypeError, match="has no other class for its world than `KvAsync`"):
            _ = alone.world
        linker = Linker(store.engine)
        linker.add_wasip2()
        linker.root().define_instance("h2:kv/host-log@0.1.0", LOG)
        with pytest.raises(TypeError, match="has no other class for its world than `KvAsync`"):
            linker.instantiate(store, alone)


def test_each_look_has_classes_of_its_own(kv: Path) -> None:
    engine = Store().engine
    looks: list[dict[str, Any]] = [{}, {"mode": "both"}, {"number_lists": "buffer"}, {"results": "values"}]
    packages = [Component.from_file(engine, kv, **look).package for look in looks]
    assert len({package.__name__ for package in packages}) == len(looks)
    assert Component.from_file(engine, kv, mode="both").package is packages[1]


def test_number_lists_and_results(guest: Callable[[str], Path]) -> None:
    with Store() as store:
        component = Component.from_file(
            store.engine, guest("cases/number-lists"), name="signals", number_lists="buffer", results="values"
        )
        names = ["shorts", "bytes", "words", "unsigned", "tick", "measure", "sort", "switches", "four", "eight"]
        given = SimpleNamespace(**dict.fromkeys(names, lambda value: value), checked=Ok)
        world = component.instantiate(store, signals=given)
        assert world.signals.shorts([1, 2]) == NumberBuffer("h", [1, 2])
        assert world.signals.checked([0.5]) == Ok(NumberBuffer("d", [0.5]))


def test_a_look_survives_serializing_and_pickling(kv: Path) -> None:
    engine = Store().engine
    component = Component.from_file(engine, kv, mode="both")
    assert Component.deserialize(engine, component.serialize()).async_world.__name__ == "KvAsync"
    assert pickle.loads(pickle.dumps(component)).async_world.__name__ == "KvAsync"


def test_a_wrong_choice(kv: Path) -> None:
    """It is refused at the call, before a file is read or anything compiled."""
    engine = Store().engine
    looks: list[tuple[dict[str, Any], str]] = [
        ({"mode": "sometimes"}, "`mode` is 'sometimes': expected 'sync', 'async' or 'both'"),
        ({"number_lists": ["list"]}, "`number_lists` is ['list']: expected 'list' or 'buffer'"),
        ({"results": None}, "`results` is None: expected 'raise' or 'values'"),
    ]
    for look, message in looks:
        for make in (
            lambda look=look: Component(engine, b"no component", **look),
            lambda look=look: Component.from_file(engine, kv / "is not there", **look),
            lambda look=look: loader.install(**look),
        ):
            with pytest.raises(ValueError) as caught:
                make()
            assert str(caught.value) == message


def test_the_import_hook(kv: Path, python: Any, tmp_path: Path) -> None:
    (tmp_path / "kv.wasm").write_bytes(kv.read_bytes())
    program = "import dovetail.loader as loader; loader.install(mode='both'); import kv; print(kv.__all__)"
    done = python("-c", program, cwd=tmp_path, path=tmp_path)
    assert (done.stdout, done.stderr) == ("['Entry', 'Kv', 'KvAsync', 'KvAsyncImports', 'KvImports']\n", "")
