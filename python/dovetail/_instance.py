"""The exports of a core instance as a mapping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from ._engine import Func, Global, Memory, Table, Tag

    AsExtern: TypeAlias = Func | Table | Memory | Global | Tag


class InstanceExports(Mapping[str, "AsExtern"]):
    """What a core instance exports, by name; in order with `by_index`."""

    __slots__ = ("_items",)

    _items: dict[str, AsExtern]

    def __init__(self, items: Sequence[tuple[str, AsExtern]]) -> None:
        self._items = dict(items)

    @property
    def by_index(self) -> Sequence[AsExtern]:
        """The exports in the module's order."""
        return list(self._items.values())

    def __getitem__(self, name: str) -> AsExtern:
        return self._items[name]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __repr__(self) -> str:
        return f"<InstanceExports {list(self._items)}>"
