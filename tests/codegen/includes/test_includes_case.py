"""A world that is made of others, with names of its own where two would meet."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace

from dovetail import Store


def test_each_function_has_its_name(case: ModuleType) -> None:
    imports = case.IncludesImports(
        shared=SimpleNamespace(relay=lambda message: message),
        more=SimpleNamespace(relay=lambda letter: letter.upper()),
        gauge=SimpleNamespace(measure=sum),
        run=lambda message: case.Message(text=message.text * 2),
        run_again=lambda count: count + 1,
        run_tools=lambda tool: tool == "hammer",
    )
    with Store() as store:
        world = case.Includes(store, imports)
        assert world.run(case.Message(text="a")) == case.Message(text="aa")
        assert world.run_again(1) == 2
        assert world.run_tools("hammer") is True
        assert world.shared.relay(case.Message(text="m")).text == "m"
        assert world.more.relay("x") == "X"
        assert world.gauge.measure([0.5, 1.0]) == 1.5
