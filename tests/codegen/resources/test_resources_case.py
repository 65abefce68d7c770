"""Handles inside of every kind of value, taken and lent, in both directions."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from dovetail import Err, Store


class File:
    """A file of the host."""

    def __init__(self, path: str, mode: bytes) -> None:
        self.path = path

    def read(self, limit: int) -> bytes:
        return self.path.encode()[:limit]

    def copy(self, other: File) -> File:
        return File(other.path, b"")

    @staticmethod
    def join(files: list[File]) -> File:
        return File("+".join(file.path for file in files), b"")

    def name(self) -> str | None:
        return self.path


class Token:
    """A token of the host; there is no way to make one."""


class Table:
    """Stands behind the component's resource of the same name."""

    alive = 0

    def __init__(self, file: File) -> None:
        self.contents = [file.path]
        self.tickets: list[Token] = []
        Table.alive += 1

    @staticmethod
    def merge(a: Table, b: Table, c: Table, d: list[Table]) -> Table:
        for other in [b, c, *d]:
            a.contents += other.contents
        if "bad" in a.contents:
            raise Err("bad")
        return a

    def rows(self) -> list[str]:
        return self.contents

    def drop_(self) -> None:
        self.contents = []

    def files(self, files: list[File]) -> int:
        self.contents += [file.path for file in files]
        return len(files)

    def give(self, ticket: Token) -> None:
        self.tickets.append(ticket)

    def drop(self) -> None:
        Table.alive -= 1


class Fallible:
    """Its constructor may fail."""

    def __init__(self, name: str) -> None:
        if not name:
            raise Err("no name")


@pytest.fixture
def world(case: ModuleType, part: Callable[[str], ModuleType]) -> Any:
    guest = part("imports.guest")

    def lose(a: Table | None, b: Table) -> None:
        if a is not None:
            raise Err(guest.Holder(table=a, file=None))

    twin = SimpleNamespace(
        Table=Table,
        Fallible=Fallible,
        keep=lambda holder: guest.Handle_Table(holder.table),
        peek=lambda tables: None,
        both=lambda a, b: (a, b),
        lose=lose,
    )
    host = SimpleNamespace(
        File=File, Token=Token, open=lambda token: File("open", b""), close=lambda file: None, many=lambda: []
    )
    return case.Resources(Store(), case.ResourcesImports(host=host, guest=twin))


def test_handles_in_values(world: Any, part: Callable[[str], ModuleType]) -> None:
    guest, exports = world.guest, part("exports.guest")
    first, second, third, fourth = (guest.Table(File(name, b"")) for name in "abcd")
    merged = guest.Table.merge(first, second, third, [fourth])
    assert merged.rows() == ["a", "b", "c", "d"]
    with pytest.raises(ValueError, match="given away"):
        first.rows()
    assert third.rows() == ["c"]
    assert merged.files([File("e", b""), File("f", b"")]) == 2
    guest.peek([merged, third])
    kept = guest.keep(exports.Holder(table=merged, file=File("g", b"")))
    assert isinstance(kept, exports.Handle_Table)
    assert kept.value.rows() == ["a", "b", "c", "d", "e", "f"]
    kept.value.give(Token())
    kept.value.drop_()
    assert kept.value.rows() == []


def test_errors_that_hold_handles(world: Any, part: Callable[[str], ModuleType]) -> None:
    guest, exports = world.guest, part("exports.guest")
    lent = guest.Table(File("lent", b""))
    guest.lose(None, lent)
    with pytest.raises(exports.HolderRaised) as caught:
        guest.lose(guest.Table(File("lost", b"")), lent)
    assert caught.value.value.table.rows() == ["lost"]
    with pytest.raises(Err, match="bad"):
        guest.Table.merge(guest.Table(File("bad", b"")), guest.Table(File("b", b"")), lent, [])


def test_a_dropped_handle_drops_what_is_behind_it(world: Any) -> None:
    before = Table.alive
    with world.guest.Table(File("x", b"")) as table:
        assert Table.alive == before + 1
        assert table.rows() == ["x"]
    assert Table.alive == before
