"""The features in features.txt are asked for."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

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

    def write(self, draft: Any) -> None:
        self.own = draft.text


def test_what_is_unstable(case: ModuleType, part: Callable[[str], ModuleType]) -> None:
    history = part("exports.history")
    host = SimpleNamespace(
        Book=Book,
        current=lambda entry: entry,
        added=lambda level: level,
        outdated=lambda name: name,
        sketch=lambda draft: draft,
        given_up=lambda: None,
    )
    trying = {"try_": lambda value: value + 1}
    imports = case.StabilityFeaturesImports(history=host, experiment=SimpleNamespace(**trying), log=print)
    with Store() as store:
        world = case.StabilityFeatures(store, imports)
        draft = history.Draft(text="d")
        assert world.history.sketch(draft) == draft
        world.history.given_up()
        with world.history.Book("t") as book:
            book.write(draft)
            assert book.title() == "d"
        assert world.experiment.try_(1) == 2
