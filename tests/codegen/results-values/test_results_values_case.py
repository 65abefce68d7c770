"""With `--results values`, both sides return `Ok` and `Err`; only a constructor raises."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from dovetail import Err, Ok, Store


def test_results_are_values(case: ModuleType, part: Callable[[str], ModuleType]) -> None:
    shop, rules = part("imports.shop"), part("imports.rules")

    class Basket:
        """A basket of the host."""

        def __init__(self, name: str) -> None:
            if not name:
                raise shop.ProblemRaised(shop.Problem_SoldOut())
            self.count = 0

        def add(self, name: str) -> Any:
            self.count += 1
            return Ok(self.count) if name else Err(shop.Problem_Short(1))

        @staticmethod
        def open(name: str) -> Any:
            return Ok(Basket(name)) if name else Err(shop.Problem_SoldOut())

    def buy(name: str, count: int) -> Any:
        return Ok(shop.Item(name=name, count=count)) if count < 5 else Err(shop.Problem_Short(5))

    host = SimpleNamespace(
        Basket=Basket,
        close=lambda: Err(None),
        rename=lambda name: Ok(None) if name else Err("no name"),
        count=lambda: Ok(3),
        buy=buy,
        weights=lambda names: Ok(tuple(range(len(names)))) if names else Err(bytearray(b"none")),
        all=lambda: [Ok(1), Err(shop.Problem_SoldOut())],
        total=lambda: 7,
    )
    imports = case.ResultsValuesImports(
        shop=host,
        rules=SimpleNamespace(look_up=lambda rule: Err(rules.Refusal.UNKNOWN)),
        ask=lambda question: Ok(question + "!"),
    )
    with Store() as store:
        world = case.ResultsValues(store, imports)
        assert world.shop.close() == Err(None)
        assert (world.shop.rename("n"), world.shop.rename("")) == (Ok(None), Err("no name"))
        assert world.shop.count() == Ok(3)
        assert world.shop.buy("n", 1) == Ok(shop.Item(name="n", count=1))
        assert world.shop.buy("n", 5) == Err(shop.Problem_Short(5))
        assert (world.shop.weights(["a", "b"]), world.shop.weights([])) == (Ok([0, 1]), Err(b"none"))
        assert world.shop.all() == [Ok(1), Err(shop.Problem_SoldOut())]
        assert world.shop.total() == 7
        assert world.rules.look_up("r") == Err(rules.Refusal.UNKNOWN)
        assert world.ask("who") == Ok("who!")
        with pytest.raises(part("exports.shop").ProblemRaised):
            world.shop.Basket("")
        with world.shop.Basket("b") as basket:
            assert (basket.add("x"), basket.add("")) == (Ok(1), Err(shop.Problem_Short(1)))
        opened = world.shop.Basket.open("c")
        assert isinstance(opened, Ok)
        assert opened.value.add("y") == Ok(1)
        assert world.shop.Basket.open("") == Err(shop.Problem_SoldOut())
