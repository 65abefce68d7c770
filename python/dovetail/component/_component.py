"""Compiled components, and the package that a component without a generated one gets at run time."""

from __future__ import annotations

import builtins
import hashlib
import json
import os
import re
import typing
from os import PathLike
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .. import _engine
from .._engine import Engine, Store
from .._errors import CompileError
from .._held import Look
from .._package import is_held, plan_digest, python_files
from ._resource_type import expect

if TYPE_CHECKING:
    from .. import _pickling
    from .._values import Buffer
    from ..bindgen import Mode, NumberLists, Results
    from ._types import ComponentItem, ComponentType

_MAGIC = b"dovetail component 1\n"


class ExportIndex:
    """Where an export is in a component, from `get_export_index`."""

    __slots__ = ("_component", "_path")

    _component: object
    _path: tuple[str, ...]

    def __init__(self) -> None:
        raise TypeError("an ExportIndex comes from `get_export_index`")

    @classmethod
    def _make(cls, component: object, path: tuple[str, ...]) -> ExportIndex:
        made = cls.__new__(cls)
        made._component, made._path = component, path
        return made

    def __repr__(self) -> str:
        return f"<ExportIndex {'#'.join(self._path)}>"


class Component:
    """A compiled component. It belongs to an engine, and to no store.

    `package` is the Python package that `dovetail.bindgen` would write for it, made in memory: the world's class, the
    dataclasses, the Protocols. `instantiate` makes an instance of the world's class.
    """

    def __init__(
        self,
        engine: Engine,
        wasm: str | Buffer,
        *,
        name: str | None = None,
        mode: Mode = "sync",
        number_lists: NumberLists = "list",
        results: Results = "raise",
    ) -> None:
        """Compiles a component, or takes its code from the cache. Text is in the text format.

        `name` names the package and so the world's class, which a component does not name itself. The other options say how
        the package looks, as those of `dovetail.bindgen.generate` do.
        """
        expect("engine", engine, Engine)
        look = Look.chosen(mode, number_lists, results)
        binary = _engine._component_bytes(wasm)
        self._engine = engine
        self._native = _engine._Component(engine, binary)
        self._name = name
        self._look = look
        self._binary: bytes | None = binary
        self._source: bytes | dict[str, bytes] | None = binary
        self._binary_digest: str | None = None
        self._loaded: _engine._Package | None = None
        self._module: ModuleType | None = None
        self._without_names: CompileError | None = None
        self._type: ComponentType | None = None
        self._faces: list[_engine._Interface] | None = None

    @classmethod
    def from_file(
        cls,
        engine: Engine,
        path: str | PathLike[str],
        *,
        name: str | None = None,
        mode: Mode = "sync",
        number_lists: NumberLists = "list",
        results: Results = "raise",
    ) -> Component:
        """Compiles the component in a file, whose package is named after the file."""
        Look.chosen(mode, number_lists, results)  # Before the file is read.
        name = _package_name(path) if name is None else name
        binary = Path(path).read_bytes()
        return cls(engine, binary, name=name, mode=mode, number_lists=number_lists, results=results)

    @classmethod
    def deserialize(cls, engine: Engine, encoded: Buffer) -> Component:
        """Loads what `serialize` gave. The bytes hold code that is run as it is, the machine's and Python's: only load what
        you trust."""
        contents = bytes(memoryview(encoded))
        header, _, rest = contents.removeprefix(_MAGIC).partition(b"\n")
        try:
            if not contents.startswith(_MAGIC):
                raise ValueError("it does not begin as a compiled component does")
            described = json.loads(header)
            files = described["files"]
            made = cls.__new__(cls)
            made._name, made._binary_digest = described["name"], described["digest"]
            made._look = Look(*described["look"])
            made._source = None if files is None else {path: text.encode() for path, text in files.items()}
            made._without_names = None if files is not None else CompileError(described["error"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CompileError(f"the serialized component is refused: {error}") from None
        made._engine, made._binary = engine, None
        made._native = _engine._Component.deserialize(engine, rest)
        made._loaded, made._module, made._type, made._faces = None, None, None, None
        return made

    @classmethod
    def from_package(cls, package: ModuleType, engine: Engine | None = None) -> Component:
        """The component of an imported generated package, whose classes are those of `package`.

        Without `engine`, it is for stores that are made without one. Pickled, it is the package's name and a hash of its
        content: the process that loads it needs the same package.
        """
        expect("package", package, ModuleType)
        if engine is not None:
            expect("engine", engine, Engine)
        made = cls.__new__(cls)
        made._engine = _engine._default_engine() if engine is None else engine
        made._native, made._loaded = _engine._load_package(made._engine, package.__name__)
        made._name, made._module, made._type, made._faces = package.__name__, package, None, None
        made._source = made._binary = made._without_names = None
        made._look = Look()
        made._binary_digest = plan_digest(package.__name__)
        return made

    @classmethod
    def deserialize_file(cls, engine: Engine, path: str | PathLike[str]) -> Component:
        """As `deserialize`, from a file."""
        return cls.deserialize(engine, Path(path).read_bytes())

    def serialize(self) -> bytearray:
        """The compiled component with its package as bytes, for `deserialize`: no core module is compiled there."""
        self._names()
        files = self._files
        texts = None if files is None else {path: contents.decode() for path, contents in files.items()}
        error = None if self._without_names is None else str(self._without_names)
        header = json.dumps(
            {"name": self._name, "digest": self._digest, "look": self._look, "files": texts, "error": error}
        )
        return bytearray(_MAGIC + header.encode() + b"\n") + self._native.serialize()

    @property
    def engine(self) -> Engine:
        """The engine that the component was compiled for."""
        return self._engine

    @property
    def imports(self) -> list[str]:
        """The names of what the component imports."""
        return self._native.imports()

    @property
    def exports(self) -> list[str]:
        """The names of what the component exports."""
        return self._native.exports()

    @property
    def type(self) -> ComponentType:
        """What the component imports and exports, with types."""
        if self._type is None:
            from ._types import component_type

            self._type = component_type(self._native, *self._native.describe())
        return self._type

    def get_export_index(self, name: str, instance: ExportIndex | None = None) -> ExportIndex | None:
        """Where an export is, in the component itself or in an instance that it exports; `None` where it has none."""
        path: tuple[str, ...] = (name,)
        if instance is not None:
            if instance._component is not self._native:
                return None
            path = (*instance._path, name)
        return ExportIndex._make(self._native, path) if self._item(path) is not None else None

    @property
    def package(self) -> ModuleType:
        """The package that `dovetail.bindgen` would write for the component: `component.package.imports.types.Entry`.

        Made when it is first asked for, and once for each engine; what the generator wrote is kept in the cache. Raises
        CompileError for a component that WIT cannot express, such as one that exports core modules.
        """
        self._names()
        if self._module is None:
            assert self._without_names is not None
            raise self._without_names.with_traceback(None)
        return self._module

    @property
    def world(self) -> builtins.type[Any]:
        """The class of the component's world, as in a generated package."""
        package, names = self.package, self._names()
        if names.world == names.async_world:
            raise TypeError(f"the component's package has no other class for its world than `{names.async_world}`")
        found: builtins.type[Any] = getattr(package, names.world)
        return found

    @property
    def async_world(self) -> builtins.type[Any]:
        """The class of the asynchronous face of the component's world, where its package was made with that face."""
        package, name = self.package, self._names().async_world
        if name is None:
            raise TypeError(
                "the component's package has no asynchronous face: make it with `mode='async'` or `mode='both'`"
            )
        found: builtins.type[Any] = getattr(package, name)
        return found

    def instantiate(self, store: Store, imports: object = None, /, **interfaces: object) -> Any:
        """An instance of the world's class: `component.instantiate(store, host_log=HostLog()).summarize([])`.

        What the component imports is given as keywords, or as one object: an instance of the package's class for it, or any
        other object with these attributes.
        """
        world = self.world
        return world(store, _imports(world, imports, interfaces))

    async def instantiate_async(self, store: Store, imports: object = None, /, **interfaces: object) -> Any:
        """As `instantiate`, of the asynchronous face of the world: `await component.instantiate_async(store)`."""
        world = self.async_world
        return await world(store, _imports(world, imports, interfaces))

    def _names(self) -> _engine._Package:
        """The names by which Python binds the component."""
        if self._loaded is None:
            self._loaded = self._reflect()
        return self._loaded

    def _imported(self) -> list[_engine._Interface]:
        """The imported interfaces: described once, for any number of instances."""
        if self._faces is None:
            self._faces = self._names().imports()
        return self._faces

    def _reflect(self) -> _engine._Package:
        from .._held import content_key, generated
        from .._reflected import imported

        try:
            if self._without_names is not None:
                raise self._without_names
            if isinstance(self._source, bytes):
                self._source = generated(self._name, self._source, self._look, modules=False)
            assert self._source is not None
            plans = [path for path in self._source if path.endswith(".plan.json")]
            if not plans:
                raise CompileError(
                    "the component is a WIT package in binary form: it has types, and no code to make instances of"
                )
        except CompileError as error:
            self._without_names, self._source = error, None
            return self._native.without_names()
        name = plans[0].removesuffix(".plan.json")
        self._module = imported(self._engine, name, content_key(self._name, self._digest, self._look), self._source)
        return self._native.adopt(self._module.__name__)

    @property
    def _digest(self) -> str:
        """The hash of the component's bytes."""
        if self._binary_digest is None:
            assert self._binary is not None  # What was made otherwise was told.
            self._binary_digest = hashlib.sha256(self._binary).hexdigest()
        return self._binary_digest

    @property
    def _files(self) -> dict[str, bytes] | None:
        assert not isinstance(self._source, bytes)
        if self._source is None and self._module is not None:
            self._source = python_files(self._module.__name__)
        return self._source

    def _item(self, path: tuple[str, ...]) -> ComponentItem | None:
        from ._types import ComponentInstanceType

        items = self.type.exports()
        for name in path[:-1]:
            inner = items.get(name)
            if not isinstance(inner, ComponentInstanceType):
                return None
            items = inner.exports()
        return items.get(path[-1])

    def __reduce__(self) -> _pickling.Reduced:
        """By content: a generated package's name and hash, or the component's bytes."""
        from .. import _pickling

        if self._binary is not None:
            classes = self._module is not None
            return _pickling.restore_component, (
                self._engine,
                self._name,
                self._look,
                self._digest,
                self._binary,
                classes,
            )
        if self._module is not None and not self._module.__name__.startswith("dovetail._reflected."):
            package = self._module.__name__
            return _pickling.restore_package, (self._engine, package, self._digest, is_held(package))
        return _pickling.restore_compiled, (self._engine, self._name, self._look, self._digest, bytes(self.serialize()))

    def __repr__(self) -> str:
        return f"<Component {self._name or self._digest[:12]}>"


def _imports(world: type[Any], imports: object, interfaces: dict[str, object]) -> object:
    """What a world is given: an object, or one that is made of keywords."""
    if not interfaces:
        return imports
    if imports is not None:
        raise TypeError("`imports`: given as an object and as keywords")
    annotation = typing.get_type_hints(world.__init__)["imports"]
    (made,) = (part for part in typing.get_args(annotation) or (annotation,) if part is not type(None))
    return made(**interfaces)


def _package_name(path: str | PathLike[str]) -> str | None:
    name = re.sub(r"\W+", "_", Path(os.fspath(path)).stem)
    return name if name.isidentifier() and name.isascii() else None
