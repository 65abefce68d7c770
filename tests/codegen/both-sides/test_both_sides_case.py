"""Interfaces on both sides: types without resources are the same, resources are not."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store


class Host:
    """The interface `base`, whose nodes are chained by number."""

    def __init__(self, base: ModuleType) -> None:
        self.base = base
        self.Node = Node

    def make(self, plain: Any, data: bytes) -> Any:
        if not data:
            raise self.base.ProblemRaised(self.base.Problem_Bad("no data"))
        return self.base.Holds(node=Node(plain), plain=plain)


class Node:
    """A node and how many are behind it."""

    def __init__(self, plain: Any) -> None:
        self.plain = plain
        self.rest = plain.x

    def next(self) -> Node | None:
        if self.rest == 0:
            return None
        node = Node(self.plain)
        node.rest = self.rest - 1
        return node


class Over:
    """The interface `over`, which walks along nodes."""

    def walk(self, holds: Any, more: Any) -> list[Node]:
        nodes = [holds.node]
        while (following := nodes[-1].next()) is not None:
            nodes.append(following)
        return nodes[: more.count]


def test_values_and_handles_go_both_ways(case: ModuleType) -> None:
    imports = importlib.import_module(f"{case.__name__}.imports.base")
    exports = importlib.import_module(f"{case.__name__}.exports.base")
    over = importlib.import_module(f"{case.__name__}.exports.over")
    assert exports.Plain is imports.Plain
    assert exports.Holds is not imports.Holds
    with Store() as store:
        world = case.BothSides(store, case.BothSidesImports(base=Host(imports), over=Over()))
        holds = world.base.make(exports.Plain(x=2), bytearray(b"x"))
        assert isinstance(holds, exports.Holds)
        assert isinstance(holds.node, exports.Node)
        assert holds.plain == exports.Plain(x=2)
        with pytest.raises(exports.ProblemRaised) as caught:
            world.base.make(exports.Plain(x=2), b"")
        assert caught.value.value == exports.Problem_Bad("no data")
        nodes = world.over.walk(holds, over.More(plain=holds.plain, count=9))
        assert len(nodes) == 3
        assert nodes[1].next().next() is None
