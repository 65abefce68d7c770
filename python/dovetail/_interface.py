"""The object behind an exported interface: a place for native functions and classes, with a readable name."""

from __future__ import annotations


class Interface:
    """An interface that a component exports; its functions and resources are attributes."""

    __slots__ = ("__dict__", "__weakref__", "_name", "_owner")

    _name: str
    _owner: object

    def __init__(self, name: str, owner: object) -> None:
        self._name = name
        self._owner = owner

    def __repr__(self) -> str:
        return f"<interface {self._name}>"
