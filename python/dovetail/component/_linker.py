"""What components are given for their imports, by name."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from .. import _engine
from .._engine import Engine, Module
from .._errors import LinkError
from ._component import Component
from ._instance import Instance, store_of
from ._resource_type import ResourceType, expect

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from ._instance import Storelike


class _Function:
    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function


class _Resource:
    def __init__(self, native: _engine._HostResource, destructor: Callable[..., object] | None) -> None:
        self.native = native
        self.destructor = destructor


class _Object:
    """A whole interface: a host's object, or what another component exports."""

    def __init__(self, interface: object) -> None:
        self.interface = interface


class _Module:
    """A core module; the native linker has it."""


class _Level(dict[str, "_Function | _Resource | _Object | _Module | _Level"]):
    """The names of the root, or of an instance."""

    def snapshot(self) -> _Level:
        return _Level({name: item.snapshot() if isinstance(item, _Level) else item for name, item in self.items()})


class Linker:
    """What components are given for their imports.

    An import is served by what has its name, or else by the same interface in the highest compatible version; types are
    compared when a component is instantiated.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._native = _engine._ComponentLinker(engine)
        self._native.allow_shadowing(True)  # Names that are taken are found here, where all of them are known.
        self._root = _Level()
        self._shadowing = False
        self._has_wasi = False

    @property
    def engine(self) -> Engine:
        """The engine of the components that can be instantiated."""
        return self._engine

    @property
    def allow_shadowing(self) -> bool:
        """Whether a name may be defined again, the later definition holding."""
        return self._shadowing

    @allow_shadowing.setter
    def allow_shadowing(self, allow: bool) -> None:
        self._shadowing = bool(allow)

    def root(self) -> LinkerInstance:
        """The names of the world itself, to be added to; best in a `with` block."""
        return LinkerInstance._make(self, (), self._root)

    def instance(self, name: str) -> LinkerInstance:
        """The instance of this import name (`h2:kv/host-log@0.1.0`), made if it is new."""
        return self.root().instance(name)

    def add_wasip2(self) -> None:
        """Defines the engine's own WASI 0.2; what it shows of the system is up to each store.

        What is defined under a version of one of its interfaces besides takes precedence.
        """
        if self._has_wasi and not self._shadowing:
            raise LinkError("WASI 0.2 is defined twice")
        self._has_wasi = True
        self._native.add_wasip2()

    def define_unknown_imports_as_traps(self, component: Component) -> None:
        """Defines each import of a component that is not defined yet: calling it traps and names it."""
        self._native.define_unknown_imports_as_traps(component._native)

    def instantiate_pre(self, component: Component) -> InstancePre:
        """Looks up what the component imports, for any number of instances. Later definitions do not count for them."""
        if component.engine is not self._engine:
            raise LinkError("the linker and the component belong to different engines")
        return InstancePre._make(component, self._native.__copy__(), self._root.snapshot())

    def instantiate(self, store: Storelike, component: Component) -> Instance:
        """Instantiates a component with what is defined here."""
        return self.instantiate_pre(component).instantiate(store)

    async def instantiate_async(self, store: Storelike, component: Component) -> Instance:
        """As `instantiate`, of the asynchronous face of the component's world: functions that are defined here may be
        `async def`, and what the instance exports is awaited."""
        return await self.instantiate_pre(component).instantiate_async(store)


class LinkerInstance:
    """The names of a linker's root, or of an instance in it."""

    def __init__(self) -> None:
        raise TypeError("a LinkerInstance comes from `Linker.root` or `add_instance`")

    _linker: Linker
    _path: tuple[str, ...]
    _level: _Level

    @classmethod
    def _make(cls, linker: Linker, path: tuple[str, ...], level: _Level) -> LinkerInstance:
        made = cls.__new__(cls)
        made._linker, made._path, made._level = linker, path, level
        return made

    def add_instance(self, name: str) -> LinkerInstance:
        """Makes an instance, to be added to."""
        level = _Level()
        self._define(name, level)
        return self._make(self._linker, (*self._path, name), level)

    def instance(self, name: str) -> LinkerInstance:
        """The instance of this name, made if it is new."""
        level = self._level.setdefault(name, _Level())
        if not isinstance(level, _Level):
            raise LinkError(f"`{self._full_name(name)}` is defined already, and is no instance to add to")
        return self._make(self._linker, (*self._path, name), level)

    def add_func(self, name: str, func: Callable[..., Any]) -> None:
        """Defines a function: it is called with the store and the arguments.

        The functions of a resource have names as in `[constructor]sink`, `[method]sink.write` and `[static]sink.flush`; a
        method's first argument after the store is the object. The error of a WIT `result` is raised as `dovetail.Err`.
        """
        if not callable(func):
            raise TypeError(f"`func`: expected a callable, got {type(func).__qualname__}")
        self._define(name, _Function(func))

    def add_resource(self, name: str, ty: ResourceType, dtor: Callable[[Any, Any], object] | None = None) -> None:
        """Defines a resource, whose representations are any Python objects: what its functions take and return.

        When a guest drops its last handle, `dtor` is called with the store and the object; without it, the object's own
        `drop` is, if it has one.
        """
        expect("ty", ty, ResourceType)
        self._define(name, _Resource(ty._native(), dtor))

    def add_module(self, name: str, module: Module) -> None:
        """Defines a core module."""
        expect("module", module, Module)
        self._define(name, _Module())
        self._linker._native.define_module(list(self._path), name, module)

    def define_instance(self, name: str, interface: object) -> None:
        """Defines an instance by one object: one that fits the interface's Protocol, or what another component exports."""
        if self._path:
            raise LinkError("only the root has instances that an object can stand for")
        self._define(name, _Object(interface))

    define_func = add_func
    define_resource = add_resource
    define_module = add_module

    def _define(self, name: str, item: _Function | _Resource | _Object | _Module | _Level) -> None:
        if name in self._level and not self._linker.allow_shadowing:
            raise LinkError(f"`{self._full_name(name)}` is defined twice")
        self._level[name] = item

    def _full_name(self, name: str) -> str:
        return "#".join((*self._path, name))

    def close(self) -> None:
        """Does nothing: a linker is never locked. Here for programs written for wasmtime-py."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        pass

    def __repr__(self) -> str:
        return f"<LinkerInstance {'#'.join(self._path) or 'root'}>"


class InstancePre:
    """A component with what serves its imports, to be instantiated any number of times."""

    def __init__(self) -> None:
        raise TypeError("an InstancePre comes from `Linker.instantiate_pre`")

    _component: Component
    _native: _engine._ComponentLinker
    _served: list[object]

    @classmethod
    def _make(cls, component: Component, native: _engine._ComponentLinker, root: _Level) -> InstancePre:
        made = cls.__new__(cls)
        made._component, made._native = component, native
        faces = component._imported()
        made._served = [_serve(root, name, functions, resources) for name, _, functions, resources in faces]
        made._check(root)
        return made

    def _check(self, root: _Level) -> None:
        """Refuses what cannot work in any store. Types are compared in the store, which resource types belong to."""
        component = self._component
        faces = component._imported()
        if component._without_names is not None:
            known = {wasm for name, _, functions, _ in faces if name is None for wasm, _, _, _ in functions}
            for name in component.imports:
                if isinstance(root.get(name), _Function) and name not in known:
                    raise LinkError(f"`{name}` cannot be served by Python: {component._without_names}")
        functions = {name: [wasm for wasm, _, _, _ in found] for name, _, found, _ in faces}
        served = {face[0]: given for face, given in zip(faces, self._served, strict=True)}
        for instance, *names in self._native.undefined(component._native):
            if instance not in functions:
                lacking = [] if isinstance(root.get(instance), _Function) else [instance]
            elif isinstance(given := served[instance], _Functions):
                lacking = [f"{instance}#{name}" for name in names or functions[instance] if not given.has(name)]
            else:
                lacking = ["#".join([instance, *names])] if given is None else []
            if lacking:
                raise LinkError(f"unknown import: `{lacking[0]}` has not been defined")

    @property
    def component(self) -> Component:
        """What is to be instantiated."""
        return self._component

    def instantiate(self, store: Storelike) -> Instance:
        """Makes an instance in a store."""
        owner, served = self._in_store(store)
        if self._component._without_names is None:
            world: object = object.__new__(self._component.world)
        else:
            world = _World()
        _engine._link(world, self._component._names(), owner, self._native, served)
        return Instance._make(self._component, owner, world)

    async def instantiate_async(self, store: Storelike) -> Instance:
        """As `instantiate`, of the asynchronous face of the component's world, which `Component(mode=...)` asks for."""
        world: object = object.__new__(self._component.async_world)
        owner, served = self._in_store(store)
        await _engine._link_async(world, self._component._names(), owner, self._native, served)
        return Instance._make(self._component, owner, world)

    def _in_store(self, store: Storelike) -> tuple[_engine.Store, list[object]]:
        """The store itself, and what serves the imports in it."""
        owner = store_of(store)
        if owner.engine is not self._component.engine:
            raise LinkError("the component and the store belong to different engines")
        return owner, [item.in_store(owner) if isinstance(item, _Functions) else item for item in self._served]


class _World:
    """The exports of a component that has no package."""


class _Functions:
    """The functions and resources of one import, found by their names."""

    def __init__(self, functions: dict[str, Callable[..., Any]], resources: dict[str, _Resource]) -> None:
        self._functions = functions
        self._resources = resources

    def has(self, name: str) -> bool:
        return name in self._functions

    def in_store(self, store: _engine.Store) -> object:
        functions = {name: functools.partial(function, store) for name, function in self._functions.items()}
        resources = {
            name: (resource.native, resource.destructor and functools.partial(resource.destructor, store))
            for name, resource in self._resources.items()
        }
        return _engine._LinkedFunctions(functions, resources)


def _serve(
    root: _Level,
    name: str | None,
    functions: Iterable[tuple[str, str, str, str | None]],
    resources: Iterable[tuple[str, str]],
) -> object:
    """What Python gives to an import, or `None` where it gives nothing."""
    level: object = root
    if name is not None:
        found = _engine._serving(name, list(root))
        level = None if found is None else root[found]
    if isinstance(level, _Object):
        return level.interface
    if not isinstance(level, _Level):
        return None
    items = [(wasm, level.get(wasm)) for wasm, _, _, _ in functions]
    given = {wasm: item.function for wasm, item in items if isinstance(item, _Function)}
    declared = [(wasm, level.get(wasm)) for wasm, _ in resources]
    taken = {wasm: item for wasm, item in declared if isinstance(item, _Resource)}
    return _Functions(given, taken) if given or taken else None
