"""Instances of components, and their functions by WebAssembly's names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from .._engine import Store, _store_of
from .._errors import LinkError
from ._component import Component, ExportIndex
from ._types import FuncType

if TYPE_CHECKING:
    from typing import TypeAlias

    from .._engine import Caller

    Storelike: TypeAlias = Store | Caller


class Instance:
    """A component instantiated by a `Linker`.

    `exports` is the object that a generated package's world would be: `instance.exports.store.describe(table)`. Its
    attributes are the instance's own, too, where this class has none of that name.
    """

    def __init__(self) -> None:
        raise TypeError("an Instance comes from `Linker.instantiate`")

    _component: Component
    _store: Store
    _world: Any

    @classmethod
    def _make(cls, component: Component, store: Store, world: object) -> Instance:
        made = cls.__new__(cls)
        made._component, made._store, made._world = component, store, world
        return made

    @property
    def component(self) -> Component:
        """What was instantiated."""
        return self._component

    @property
    def exports(self) -> Any:
        """The component's exports as attributes, with the names that a generated package has."""
        return self._world

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return getattr(self._world, name)
        except AttributeError:
            found = ", ".join(f"`{export}`" for export in self._attributes()) or "nothing"
            raise AttributeError(f"the component exports no `{name}`, it has {found}", name=name, obj=self) from None

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._attributes()})

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "cannot pickle an Instance: it lives in its store; pickle the component and instantiate it where it is to be used"
        )

    def _attributes(self) -> list[str]:
        names: list[str] = []
        for interface, attribute, functions, resources in self._component._names().exports():
            if interface is not None and attribute is not None:
                names.append(attribute)
            else:
                names += [python for _, python, kind, _ in functions if kind == "free"]
                names += [python for _, python in resources]
        return names

    def get_export_index(self, store: Storelike, name: str, instance: ExportIndex | None = None) -> ExportIndex | None:
        """Where an export is: see `Component.get_export_index`."""
        self._check(store)
        return self._component.get_export_index(name, instance)

    def get_func(self, store: Storelike, index: ExportIndex | str) -> Func | None:
        """A function that the component exports, or `None` where it exports none there."""
        self._check(store)
        if isinstance(index, str):
            path: tuple[str, ...] = (index,)
        elif index._component is self._component._native:
            path = index._path
        else:
            return None
        ty = self._component._item(path)
        if not isinstance(ty, FuncType):
            return None
        return Func._make(self._store, ty, "#".join(path), self._callable(path))

    def _callable(self, path: tuple[str, ...]) -> Callable[..., Any]:
        *interfaces, name = path
        for interface, attribute, functions, _ in self._component._names().exports():
            if interfaces != ([] if interface is None else [interface]):
                continue
            place = self._world if interface is None or attribute is None else getattr(self._world, attribute)
            for wasm, python, kind, resource in functions:
                if wasm == name:
                    place = place if resource is None else getattr(place, resource)
                    found: Callable[..., Any] = place if kind == "constructor" else getattr(place, python)
                    return found
        reason = self._component._without_names or "it is in an instance inside of another"
        raise LinkError(f"`{'#'.join(path)}` cannot be called from Python: {reason}")

    def _check(self, store: Storelike) -> None:
        check_store(self._store, store, "instance")


class Func:
    """A function of an instance, found by WebAssembly's name. Arguments and results are those of a generated package."""

    def __init__(self) -> None:
        raise TypeError("a Func comes from `Instance.get_func`")

    _store: Store
    _type: FuncType
    _path: str
    _callable: Callable[..., Any]

    @classmethod
    def _make(cls, store: Store, ty: FuncType, path: str, function: Callable[..., Any]) -> Func:
        made = cls.__new__(cls)
        made._store, made._type, made._path, made._callable = store, ty, path, function
        return made

    def __call__(self, store: Storelike, *params: Any) -> Any:
        """Calls the function. The first parameter of a resource's method is the resource."""
        if store is not self._store:
            check_store(self._store, store, "function")
        return self._callable(*params)

    def type(self, store: Storelike) -> FuncType:
        """The function's type."""
        check_store(self._store, store, "function")
        return self._type

    def post_return(self, store: Storelike) -> None:
        """Does nothing: a call does itself what has to be done after it. Here for programs written for wasmtime-py."""
        check_store(self._store, store, "function")

    def __repr__(self) -> str:
        return f"<Func {self._path}>"


def store_of(store: Storelike) -> Store:
    """The store that a method was given: itself, or that of a core host function's `Caller`."""
    return store if isinstance(store, Store) else _store_of(store)


def check_store(owner: Store, store: Storelike, what: str) -> None:
    """Refuses another store than the owner."""
    if store_of(store) is not owner:
        raise TypeError(f"this {what} belongs to another store")
