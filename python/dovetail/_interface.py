"""The object behind an exported interface: a place for native functions and classes, with a readable name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    import inspect

    from ._engine import _Binding


class Interface:
    """An interface that a component exports; its functions and resources are attributes."""

    __slots__ = ("__dict__", "__weakref__", "_name", "_owner")

    _name: str
    _owner: _Binding

    def __init__(self, name: str, owner: _Binding) -> None:
        self._name = name
        self._owner = owner

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"cannot pickle the interface `{self._name}`: it lives in its store; pickle the component "
            "(`dovetail.component.Component`) and instantiate it where it is to be used"
        )

    def __repr__(self) -> str:
        return f"<interface {self._name}>"


class UnboundInterface(Interface):
    """An interface of which nothing was used yet. Its functions are made when the first of them is looked up, so that an instance
    does not pay for interfaces that it is not asked for. From then on it is an `Interface`, whose attributes Python finds fastest.
    """

    __slots__ = ()

    def _bind(self) -> None:
        for name, function in self._owner.functions(self._name).items():
            self.__dict__.setdefault(name, function)
        # Last: a second thread that comes here meanwhile finds the same functions and sets none.
        object.__setattr__(self, "__class__", Interface)

    # By the class: another thread may have made this an `Interface` since Python found that it lacks the attribute.

    def __getattr__(self, name: str) -> object:
        UnboundInterface._bind(self)
        return object.__getattribute__(self, name)

    def __dir__(self) -> list[str]:
        UnboundInterface._bind(self)
        return list(object.__dir__(self))


def no_constructor(self: object, *_arguments: object, **_keywords: object) -> None:
    """Stands for the constructor of a resource that has none."""
    raise TypeError(f"`{type(self).__name__}` has no constructor: the component hands its instances out")


def signature(prototype: Callable[..., object], drop_self: bool) -> inspect.Signature:
    """The signature of an exported function, from the generated one that it stands for."""
    import inspect

    whole = inspect.signature(prototype)
    parameters = list(whole.parameters.values())
    return whole.replace(parameters=parameters[1:]) if drop_self else whole
