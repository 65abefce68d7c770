"""The native engine. Everything public here is re-exported by `dovetail` and `dovetail.component`."""

from collections.abc import Callable, Iterable
from os import PathLike
from types import TracebackType
from typing import Any, NoReturn, SupportsIndex, TypeAlias, final

from typing_extensions import Buffer, Self, disjoint_base

from ._config import Config
from ._instance import InstanceExports
from ._types import ExportType, FuncType, GlobalType, ImportType, MemoryType, TableType, TagType
from ._wasi import WasiConfig

__all__ = [
    "Caller",
    "Component",
    "ComponentInstance",
    "ComponentLinker",
    "Engine",
    "ExnRef",
    "Func",
    "Global",
    "Instance",
    "Linker",
    "Memory",
    "Module",
    "Store",
    "Table",
    "Tag",
    "_Resource",
    "_Waiting",
    "bind",
    "run_command",
    "wat2wasm",
]

_Storelike: TypeAlias = Store | Caller
_AsExtern: TypeAlias = Func | Table | Memory | Global | Tag

@disjoint_base
class Engine:
    """Compiles and keeps what stores and modules of one configuration share."""

    def __new__(cls, config: Config | None = None) -> Self: ...

@disjoint_base
class Store:
    """Owns everything that instances consist of. A store belongs to the thread that made it."""

    def __new__(cls, engine: Engine | None = None, data: Any = None, *, wasi: WasiConfig | None = None) -> Self: ...
    @property
    def engine(self) -> Engine:
        """The engine that the store belongs to."""

    def data(self) -> Any:
        """What was given as `data`."""

    def set_limits(
        self,
        memory_size: int = -1,
        table_elements: int = -1,
        instances: int = -1,
        tables: int = -1,
        memories: int = -1,
    ) -> None:
        """Bounds what guests may use. A negative number leaves a bound as it is."""

    def close(self) -> None:
        """Drops everything in the store. Whatever belongs to it is refused from now on."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
        /,
    ) -> None: ...

@final
class Module:
    """A compiled core module. It belongs to an engine, and to no store."""

    def __new__(cls, engine: Engine, wasm: str | Buffer) -> Self: ...
    @classmethod
    def from_file(cls, engine: Engine, path: str | PathLike[str]) -> Module:
        """Compiles the module in a file."""

    @classmethod
    def deserialize(cls, engine: Engine, encoded: Buffer) -> Module:
        """Loads what `serialize` gave. The bytes hold machine code that is run as it is: only load what you trust."""

    @classmethod
    def deserialize_file(cls, engine: Engine, path: str | PathLike[str]) -> Module:
        """As `deserialize`, from a file."""

    @classmethod
    def validate(cls, engine: Engine, wasm: Buffer) -> None:
        """Raises `CompileError` unless the bytes are a valid module."""

    @property
    def imports(self) -> list[ImportType]:
        """What the module imports, in order."""

    @property
    def exports(self) -> list[ExportType]:
        """What the module exports, in order."""

    def serialize(self) -> bytearray:
        """The compiled module as bytes, for `deserialize`."""

@final
class Instance:
    """A module instantiated in a store."""

    def __new__(cls, store: _Storelike, module: Module, imports: Iterable[_AsExtern]) -> Self: ...
    def exports(self, store: _Storelike) -> InstanceExports:
        """What the instance exports, by name."""

@final
class Linker:
    """Names for imports."""

    def __new__(cls, engine: Engine) -> Self: ...
    @property
    def allow_shadowing(self) -> bool:
        """Whether a name may be defined again, the later definition holding."""

    @allow_shadowing.setter
    def allow_shadowing(self, allow: bool) -> None: ...
    def define(self, store: _Storelike, module: str, name: str, item: _AsExtern) -> None:
        """Defines an item of a store."""

    def define_func(
        self, module: str, name: str, ty: FuncType, func: Callable[..., Any], access_caller: bool = False
    ) -> None:
        """Defines a Python function, for any store."""

    def define_instance(self, store: _Storelike, name: str, instance: Instance) -> None:
        """Defines all exports of an instance under a module name."""

    def define_module(self, store: _Storelike, name: str, module: Module) -> None:
        """Instantiates a module and defines its exports under a module name."""

    def instantiate(self, store: _Storelike, module: Module) -> Instance:
        """Instantiates a module with what is defined here."""

    def get_default(self, store: _Storelike, name: str) -> Func:
        """The function to run for a module name."""

    def get(self, store: _Storelike, module: str, name: str) -> _AsExtern:
        """What is defined under a name."""

    def define_unknown_imports_as_traps(self, module: Module) -> None:
        """Defines each function that a module imports and that is not defined yet as one that traps, naming itself."""

@final
class Func:
    """A function of a store: a guest's or one made from a Python function."""

    def __new__(
        cls, store: _Storelike, ty: FuncType, func: Callable[..., Any], access_caller: bool = False
    ) -> Self: ...
    def type(self, store: _Storelike) -> FuncType:
        """The function's type."""

    def __call__(self, store: _Storelike, *params: Any) -> Any: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Caller:
    """What a host function made with `access_caller` gets first: the calling instance, for as long as the call lasts."""

    def get(self, name: str) -> _AsExtern | None:
        """An export of the calling instance, or `None`."""

    def __getitem__(self, name: str, /) -> _AsExtern: ...

@final
class Memory:
    """A linear memory of a store. As a buffer it is as large as it was when the buffer was asked for."""

    def __new__(cls, store: _Storelike, ty: MemoryType) -> Self: ...
    def type(self, store: _Storelike) -> MemoryType:
        """The memory's type."""

    def grow(self, store: _Storelike, delta: int) -> int:
        """Adds pages; returns how many there were before."""

    def size(self, store: _Storelike) -> int:
        """The number of pages."""

    def data_len(self, store: _Storelike) -> int:
        """The number of bytes."""

    def page_size(self, store: _Storelike) -> int:
        """The bytes of a page."""

    def page_size_log2(self, store: _Storelike) -> int:
        """The binary logarithm of the bytes of a page."""

    def read(self, store: _Storelike, start: int | None = 0, stop: int | None = None) -> bytearray:
        """A copy of the bytes from `start` up to `stop`, which count as in `list[start:stop]`."""

    def write(self, store: _Storelike, value: Buffer, start: int | None = None) -> int:
        """Copies bytes into the memory, at its start or at `start`; returns how many."""

    def __buffer__(self, flags: int, /) -> memoryview: ...
    def __release_buffer__(self, buffer: memoryview, /) -> None: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Table:
    """A table of a store."""

    def __new__(cls, store: _Storelike, ty: TableType, init: Any) -> Self: ...
    def type(self, store: _Storelike) -> TableType:
        """The table's type."""

    def size(self, store: _Storelike) -> int:
        """The number of elements."""

    def grow(self, store: _Storelike, amt: int, init: Any) -> int:
        """Adds elements; returns how many there were before."""

    def get(self, store: _Storelike, idx: int) -> Any:
        """The element at an index; `None` for a null element and past the end."""

    def set(self, store: _Storelike, idx: int, val: Any) -> None:
        """Changes an element."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Global:
    """A global of a store."""

    def __new__(cls, store: _Storelike, ty: GlobalType, val: Any) -> Self: ...
    def type(self, store: _Storelike) -> GlobalType:
        """The global's type."""

    def value(self, store: _Storelike) -> Any:
        """The global's value."""

    def set_value(self, store: _Storelike, val: Any) -> None:
        """Changes the value of a mutable global."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Tag:
    """A tag of a store: a kind of exception."""

    def __new__(cls, store: _Storelike, ty: TagType) -> Self: ...
    def type(self, store: _Storelike) -> TagType:
        """The tag's type."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class ExnRef:
    """A guest's reference to an exception."""

    def tag(self, store: _Storelike) -> Tag:
        """The tag that was thrown."""

    def values(self, store: _Storelike) -> list[Any]:
        """The values that the exception carries."""

    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Component:
    """A compiled component. It belongs to an engine, and to no store."""

    def __new__(cls, engine: Engine, wasm: str | Buffer) -> Self: ...
    @property
    def imports(self) -> list[str]:
        """The names of what the component imports."""

    @property
    def exports(self) -> list[str]:
        """The names of what the component exports."""

@final
class ComponentLinker:
    """What components are given for their imports."""

    def __new__(cls, engine: Engine) -> Self: ...
    @property
    def allow_shadowing(self) -> bool:
        """Whether a name may be defined again, the later definition holding."""

    @allow_shadowing.setter
    def allow_shadowing(self, allow: bool) -> None: ...
    def add_wasip2(self) -> None:
        """Defines the engine's own WASI 0.2; what it shows of the system is up to each store."""

    def define_unknown_imports_as_traps(self, component: Component) -> None:
        """Defines each import of a component that is not defined yet: calling it traps and names it."""

    def instantiate(self, store: _Storelike, component: Component) -> ComponentInstance:
        """Instantiates a component with what is defined here."""

@final
class ComponentInstance:
    """A component instantiated in a store."""

    @property
    def exports(self) -> list[str]:
        """The names of what the instance exports."""

@disjoint_base
class _Resource:
    """What a guest's resource is in Python: the base of the class that is made for each resource of each instance."""

    def __new__(cls, *_args: Any, **_kwargs: Any) -> Self: ...
    def drop(self) -> None:
        """Drop the handle now. Does nothing when it was dropped or given away before."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
        /,
    ) -> None: ...
    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> NoReturn: ...
    def __copy__(self) -> NoReturn: ...

@final
class _Waiting:
    """Says what is being done while a `with` block lasts, once it lasts over a second. A thread of its own says it, because the
    guest that does the work keeps Python from running."""

    def __new__(cls, text: str) -> Self: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
        /,
    ) -> None: ...

def wat2wasm(wat: str | Buffer) -> bytes:
    """Translates WebAssembly's text format to the binary one."""

def bind(world: object, package: str, store: Store, imports: object | None = None, /) -> None:
    """Instantiates the component of a generated package and gives the world's object its exports."""

def run_command(store: Store, wasm: str | Buffer, /) -> bool:
    """Runs a command component; whether it reports success. A guest that calls `exit` raises `ExitTrap`."""
