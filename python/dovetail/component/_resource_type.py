"""Resource types as the host names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._engine import _HostResource


class ResourceType:
    """A resource type: one of the host's, made with `host`, or one that a component imports or defines."""

    __slots__ = ("_identity",)

    _identity: tuple[object, int]

    def __init__(self) -> None:
        raise TypeError("a ResourceType is made with `ResourceType.host`, or comes with a component's type")

    @classmethod
    def host(cls, number: int) -> ResourceType:
        """The host's resource type of this number: the same number is the same type, in all linkers and stores."""
        return cls._make(_HOST, number)

    @classmethod
    def _make(cls, owner: object, number: int) -> ResourceType:
        made = cls.__new__(cls)
        made._identity = (owner, number)
        return made

    def _native(self) -> _HostResource:
        from .._engine import _HostResource

        owner, number = self._identity
        if owner is not _HOST:
            raise TypeError("`ty`: expected a type made with `ResourceType.host`, got a component's")
        found = _host_resources.get(number)
        if found is None:
            found = _host_resources.setdefault(number, _HostResource())
        return found

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ResourceType):
            return NotImplemented
        (owner, number), (other_owner, other_number) = self._identity, other._identity
        return owner is other_owner and number == other_number

    def __hash__(self) -> int:
        owner, number = self._identity
        return hash((id(owner), number))

    def __repr__(self) -> str:
        owner, number = self._identity
        return f"<ResourceType {'host' if owner is _HOST else 'component'} {number}>"


def expect(name: str, value: object, kind: type) -> None:
    """Refuses an argument of another class."""
    if not isinstance(value, kind):
        raise TypeError(f"`{name}`: expected {kind.__name__}, got {type(value).__qualname__}")


_HOST = object()
_host_resources: dict[int, _HostResource] = {}
