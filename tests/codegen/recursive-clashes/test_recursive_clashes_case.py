"""Names that are derived from others and meet what has the derived name already."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from dovetail import Store


class Holder:
    """A resource with a method `drop` of its own."""

    dropped = 0

    def __init__(self, drop: int, self_: int, init: int) -> None:
        self.sum = drop + self_ + init

    def drop_(self, drop: int) -> int:
        return self.sum + drop

    def close(self) -> int:
        return 0

    def drop(self) -> None:
        Holder.dropped += 1


def test_every_name_is_its_own(case: ModuleType, part: Callable[[str], ModuleType]) -> None:
    types, world_types = part("imports.error"), part("imports.recursive_clashes_world")
    record = world_types.RecursiveClashes(recursive_clashes_imports=1, store=2, imports=3)

    def fail(error: Any) -> Any:
        if error == types.Error_Two():
            raise types.ErrorRaised_(types.Error_One())
        return types.ErrorRaised_A()

    def fail_again(error: Any) -> Any:
        raise types.ErrorRaisedRaised_(types.ErrorRaised_A())

    host = SimpleNamespace(
        Holder=Holder,
        fail=fail,
        fail_again=fail_again,
        fail_once_more=lambda error: error,
        type=lambda items: types.ErrorInterface.A,
        drop=lambda holder: holder,
    )
    imports = case.RecursiveClashesImports_(
        error=host,
        recursive_clashes_world=SimpleNamespace(same=lambda value: value),
        store=lambda number: number + 1,
        imports=lambda kind, number: record,
    )
    with Store() as store:
        world = case.RecursiveClashesWorld(store, imports)
        assert world.error.fail(types.Error_One()) == types.ErrorRaised_A()
        with pytest.raises(types.ErrorRaised_) as caught:
            world.error.fail(types.Error_Two())
        assert caught.value.value == types.Error_One()
        with pytest.raises(types.ErrorRaisedRaised_):
            world.error.fail_again(types.Error_One())
        assert world.error.type([types.ErrorRaised_A()]) is types.ErrorInterface.A
        with world.error.Holder(drop=1, self_=2, init=3) as holder:
            assert holder.drop_(4) == 10
        assert Holder.dropped == 1
        assert world.store(4) == 5
        assert world.imports(case.RecursiveClashesImports.A, 1) == record
        assert world.recursive_clashes_world.same(record) == record
