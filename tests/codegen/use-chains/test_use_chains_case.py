"""Types that come by way of several interfaces and packages, under other names: one class for each."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from dovetail import Store


class Node:
    """A node of the host."""

    def __init__(self, name: str) -> None:
        self.own = name

    def name(self) -> str:
        return self.own


def test_names_lead_to_one_class(case: ModuleType, part: Callable[[str], ModuleType]) -> None:
    origin, first, second, third = (part(f"imports.{name}") for name in ("origin", "first", "second", "third"))
    assert origin.Thing is second.Item is third.Pair is case.Half
    assert first.Pair is third.Item is case.Whole
    assert second.ProblemRaised is origin.FailureRaised

    thing = origin.Thing(kind=origin.Kind.ONE, name="t")
    pair = first.Pair(left=thing, right=thing)

    def turn(pair: Any) -> list[Any]:
        if pair.left.kind is origin.Kind.TWO:
            raise origin.FailureRaised(origin.Failure_OfKind(origin.Kind.TWO))
        return [pair.left, pair.right]

    imports = case.UseChainsImports(
        origin=SimpleNamespace(Node=Node),
        first=SimpleNamespace(make=lambda kind: pair),
        second=SimpleNamespace(turn=turn),
        relay=SimpleNamespace(follow=lambda node: Node(node.own + "!")),
        third=SimpleNamespace(join=lambda a, b: [a.left, b], visit=lambda vertex, thing: Node(vertex.own + thing.name)),
        join=lambda whole: whole.right,
    )
    with Store() as store:
        world = case.UseChains(store, imports)
        assert world.second.turn(pair) == [thing, thing]
        other = origin.Thing(kind=origin.Kind.TWO, name="u")
        with pytest.raises(part("exports.second").ProblemRaised):
            world.second.turn(first.Pair(left=other, right=thing))
        assert world.third.join(pair, other) == [thing, other]
        assert world.third.visit(Node("n"), thing).own == "nt"
        assert world.join(pair) == thing
