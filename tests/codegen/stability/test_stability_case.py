"""What is unstable is left out unless its feature is asked for; what is deprecated works."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType, SimpleNamespace

from dovetail import Store


class Book:
    """A book of the host."""

    def __init__(self, title: str) -> None:
        self.own = title

    def title(self) -> str:
        return self.own

    def read(self, page: int) -> str:
        return f"page {page}"

    @staticmethod
    def open(title: str) -> Book:
        return Book(title)


def test_what_is_stable(case: ModuleType, part: Callable[[str], ModuleType]) -> None:
    history = part("exports.history")
    messages: list[str] = []
    host = SimpleNamespace(
        Book=Book, current=lambda entry: entry, added=lambda level: level, outdated=lambda name: name.upper()
    )
    imports = case.StabilityImports(history=host, log=messages.append)
    with Store() as store:
        world = case.Stability(store, imports)
        assert world.history.current(history.Entry(name="e")) == history.Entry(name="e")
        assert world.history.added(history.Level.HIGH) is history.Level.HIGH
        assert world.history.outdated("old") == "OLD"
        assert world.history.Book.open("t").read(3) == "page 3"
        world.log("m")
        assert messages == ["m"]
        assert not hasattr(world.history, "sketch")
        assert not hasattr(world, "experiment")
