"""Cases whose payloads Python cannot tell apart by their type."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from dovetail import Err, Ok, Store


def test_cases_are_told_apart(case: ModuleType, part: Callable[[str], ModuleType]) -> None:
    values = part("exports.values")

    def fail(value: int) -> int:
        if value > 9:
            raise Err(value)
        return value

    host = SimpleNamespace(
        echo_number=lambda value: value,
        echo_text=lambda value: value,
        echo_ratio=lambda value: value,
        echo_row=lambda value: value,
        echo_either=lambda value: value,
        fail=fail,
    )
    with Store() as store:
        world: Any = case.Ints(store, case.IntsImports(values=host)).values
        numbers = [values.Number_Small, values.Number_Signed, values.Number_Wide, values.Number_WideSigned]
        for cls in [*numbers, values.Number_Alias]:
            assert repr(world.echo_number(cls(7))) == repr(cls(7))
        assert world.echo_number(values.Number_None_()) == values.Number_None_()
        assert world.echo_number(values.Number_Small(1)) != values.Number_Signed(1)
        with pytest.raises(OverflowError):
            world.echo_number(values.Number_Signed(128))
        for text in (values.Text_Letter("x"), values.Text_Word("x")):
            assert world.echo_text(text) == text
        for ratio in (values.Ratio_Single(0.5), values.Ratio_Double(0.5)):
            assert world.echo_ratio(ratio) == ratio
        rows = [values.Row_Bytes(b"a"), values.Row_Shorts([97]), values.Row_Words(["a"]), values.Row_Pairs([(97,)])]
        for row in rows:
            assert repr(world.echo_row(row)) == repr(row)
        assert world.echo_either([Ok(1), Err(-1), Err(1)]) == [Ok(1), Err(-1), Err(1)]
        assert world.fail(9) == 9
        with pytest.raises(Err) as caught:
            world.fail(10)
        assert caught.value.value == 10
