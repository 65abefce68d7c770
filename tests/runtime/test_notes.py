"""A guest in Python, compiled by componentize-py: fourteen core modules, and an exported interface that has a resource."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store


class Journal:
    """The imported interface."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def append(self, line: str) -> None:
        self.lines.append(line)

    def stamp(self) -> int:
        return 2**40 + len(self.lines)


@pytest.fixture(scope="module")
def module(package: Callable[[str], ModuleType]) -> ModuleType:
    """The generated package."""
    return package("notes")


@pytest.fixture(scope="module")
def journal() -> Journal:
    """The host's interface."""
    return Journal()


@pytest.fixture(scope="module")
def world(module: ModuleType, journal: Journal) -> Iterator[Any]:
    """The component in a store that grants nothing."""
    with Store() as store:
        yield module.Notes(store, module.NotesImports(journal=journal))


def test_a_resource_implemented_in_python(world: Any, module: ModuleType, journal: Journal) -> None:
    notebook = module.exports.notebook
    with world.notebook.Book("Ada") as book:
        stamp = journal.stamp()
        note = book.add("über", "körper 🧀")
        assert note == notebook.Note(title="über", body="körper 🧀", stamp=stamp)
        assert book.find("über") == note
        assert book.find("other") is None
        assert (book.titles(), book.owner()) == (["über"], "Ada")
    assert journal.lines[-1] == "Ada added über"


def test_errors_of_the_python_guest(world: Any, module: ModuleType) -> None:
    notebook = module.exports.notebook
    with world.notebook.Book("Ada") as book:
        book.add("a", "")
        with pytest.raises(notebook.FailureRaised) as caught:
            book.add("a", "again")
        assert caught.value.value == notebook.Failure_Duplicate("a")
        with pytest.raises(notebook.FailureRaised) as caught:
            book.add("", "")
        assert caught.value.value == notebook.Failure_EmptyTitle()


def test_borrowed_resources_in_a_static_function(world: Any) -> None:
    left, right = world.notebook.Book("Ada"), world.notebook.Book("Grace")
    left.add("a", "1")
    right.add("b", "2")
    with world.notebook.Book.merged(left, right) as both:
        assert (both.owner(), both.titles()) == ("Ada and Grace", ["a", "b"])
    assert left.titles() == ["a"]


def test_a_function_beside_the_resource(world: Any) -> None:
    assert world.notebook.count("b a b") == [("b", 2), ("a", 1)]
    assert world.notebook.count("") == []
