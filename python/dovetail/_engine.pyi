"""The native engine. Everything public here is re-exported by `dovetail` and `dovetail.component`."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from os import PathLike
from types import GenericAlias, TracebackType
from typing import (
    Any,
    ClassVar,
    Generic,
    Literal,
    NoReturn,
    SupportsFloat,
    SupportsIndex,
    TypeAlias,
    TypeVar,
    final,
    overload,
)

from typing_extensions import Buffer, Self, disjoint_base

from ._config import Config
from ._instance import InstanceExports
from ._types import ExportType, FuncType, GlobalType, ImportType, MemoryType, TableType, TagType
from ._wasi import WasiConfig

__all__ = [
    "Caller",
    "Engine",
    "ExnRef",
    "Func",
    "Global",
    "Instance",
    "Linker",
    "Memory",
    "Module",
    "NumberBuffer",
    "Store",
    "Table",
    "Tag",
    "_Binding",
    "_Call",
    "_Component",
    "_ComponentLinker",
    "_Deadline",
    "_HostResource",
    "_LinkedFunctions",
    "_Package",
    "_Resource",
    "_Waiting",
    "_clear_cache",
    "_component_bytes",
    "_default_engine",
    "_drop_async",
    "_link",
    "_link_async",
    "_load_package",
    "_measure_cache",
    "_serving",
    "_store_of",
    "bind",
    "bind_async",
    "run_command",
    "wat2wasm",
]

_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)
_Number = TypeVar("_Number", bound=float)

_Storelike: TypeAlias = Store | Caller
_AsExtern: TypeAlias = Func | Table | Memory | Global | Tag
# Its name, its attribute, its functions (WebAssembly's name, Python's name, kind, attribute of the resource), its resources
# (name, attribute).
_Interface: TypeAlias = tuple[str | None, str | None, list[tuple[str, str, str, str | None]], list[tuple[str, str]]]

@disjoint_base
class Engine:
    """Compiles and keeps what stores and modules of one configuration share."""

    def __new__(cls, config: Config | None = None) -> Self: ...
    @property
    def _values(self) -> dict[str, Any]:
        """What the configuration said when the engine was made, by the names of its attributes."""

    def _live(self) -> tuple[int, int]:
        """How many stores were made and not freed, and how many stacks suspended calls have."""

    def __reduce__(self) -> tuple[Any, ...]: ...

@disjoint_base
class Store:
    """Owns everything that instances consist of. A store is used by one thread at a time: during a call,
    any other is refused."""

    def __new__(
        cls,
        engine: Engine | None = None,
        data: Any = None,
        *,
        wasi: WasiConfig | None = None,
        timeout: float | None = None,
    ) -> Self: ...
    @property
    def timeout(self) -> float | None:
        """How many seconds a call may take, `None` for as long as it likes. A guest that takes longer is stopped, and the call
        raises `TimeoutTrap`. For an awaited call the clock starts when it has its turn."""

    @timeout.setter
    def timeout(self, timeout: float | None) -> None: ...
    def deadline(self, seconds: float) -> _Deadline:
        """A context manager: all calls that are made inside its block must be over so many seconds after it was entered.
        For awaited calls: all that begin in the store while some task is inside such a block."""

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
        value_size: int = -1,
    ) -> None:
        """Bounds what guests may use; `table_elements` also the handles of each component instance, `value_size` the bytes
        of all strings and lists in the arguments or the result of one call as they come from a guest. A negative number
        leaves a bound as it is."""

    def close(self) -> None:
        """Drops everything in the store. Whatever belongs to it is refused from now on."""

    def _live(self) -> tuple[int, int, int]:
        """How many handles guests hold, how many the host holds, and how many Python objects the store keeps."""

    def _end_strays(self) -> None:
        """Ends the awaited calls that were left to this thread."""

    def _give_again(self, place: object, /) -> None:
        """Gives the turn anew that did not reach the awaited call in this place of the queue."""

    def __reduce_ex__(self, _protocol: SupportsIndex, /) -> NoReturn: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
        /,
    ) -> None: ...

@final
class _Deadline:
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
class NumberBuffer(Sequence[_Number]):
    """Numbers of one type, one after the other, as C and the guest lay them out.

    The block is as large as it was made and can be written to through a buffer, as that of `array.array` can.
    """

    @overload
    def __new__(
        cls, format: Literal["b", "H", "h", "I", "i", "Q", "q"], numbers: Iterable[SupportsIndex] | Buffer, /
    ) -> NumberBuffer[int]: ...
    @overload
    def __new__(
        cls, format: Literal["f", "d"], numbers: Iterable[SupportsFloat | SupportsIndex] | Buffer, /
    ) -> NumberBuffer[float]: ...
    @property
    def format(self) -> str:
        """The type of the numbers, as the modules `struct` and `array` spell it."""

    @property
    def itemsize(self) -> int:
        """The bytes of a number."""

    def tolist(self) -> list[_Number]:
        """The numbers as a list."""

    def index(self, value: Any, /, *bounds: int) -> int:
        """Where a number is first found."""

    def count(self, value: Any, /) -> int:
        """How often a number is there."""

    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, key: SupportsIndex, /) -> _Number: ...
    @overload
    def __getitem__(self, key: slice, /) -> NumberBuffer[_Number]: ...
    def __iter__(self) -> Iterator[_Number]: ...
    def __reversed__(self) -> Iterator[_Number]: ...
    def __contains__(self, key: object, /) -> bool: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]
    def __reduce_ex__(self, protocol: SupportsIndex, /) -> tuple[type[Self], tuple[object, ...]]: ...
    @classmethod
    def __class_getitem__(cls, parameter: Any, /) -> GenericAlias: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...

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
class _Component:
    """A compiled component. It belongs to an engine, and to no store."""

    def __new__(cls, engine: Engine, wasm: bytes, /) -> Self: ...
    @classmethod
    def deserialize(cls, engine: Engine, encoded: bytes, /) -> _Component:
        """Loads what `serialize` gave. The bytes hold machine code that is run as it is: only load what you trust."""

    def serialize(self) -> bytearray:
        """The compiled component as bytes, for `deserialize`."""

    def imports(self) -> list[str]:
        """The names of what the component imports."""

    def exports(self) -> list[str]:
        """The names of what the component exports."""

    def describe(self) -> tuple[list[tuple[Any, ...]], dict[str, Any], dict[str, Any]]:
        """The table of types, the imports and the exports, as plain data."""

    def adopt(self, package: str, /) -> _Package:
        """Takes the names of a package that was generated from the same bytes."""

    def without_names(self) -> _Package:
        """What stands for a package where WIT cannot express the component."""

@final
class _ComponentLinker:
    """What components are given for their imports."""

    def __new__(cls, engine: Engine, /) -> Self: ...
    def allow_shadowing(self, allow: bool, /) -> None:
        """Whether a name may be defined again, the later definition holding."""

    def add_wasip2(self) -> None:
        """Defines the engine's own WASI 0.2; what it shows of the system is up to each store."""

    def define_unknown_imports_as_traps(self, component: _Component, /) -> None:
        """Defines each import of a component that is not defined yet: calling it traps and names it."""

    def undefined(self, component: _Component, /) -> list[list[str]]:
        """The paths of a component's functions and core modules that nothing is defined for."""

    def define_module(self, instances: list[str], name: str, module: Module, /) -> None:
        """Defines a core module below these instances."""

    def __copy__(self) -> _ComponentLinker:
        """A linker with the same definitions."""

@final
class _Package:
    """A package on its Python module, with what must not have changed since."""

    @property
    def world(self) -> str:
        """The name of the world's class."""

    @property
    def async_world(self) -> str | None:
        """The name of the class of the world's asynchronous face, where the package has that face."""

    def imports(self) -> list[_Interface]:
        """The imported interfaces, and the world's own functions under the name `None`."""

    def exports(self) -> list[_Interface]:
        """The exported interfaces, and the world's own functions under the name `None`."""

@final
class _Binding:
    """One instance of a package's component, with what converts values for it."""

    def functions(self, interface: str, /) -> dict[str, Callable[..., Any]]:
        """The functions of an exported interface that is bound when it is first used."""

@final
class _HostResource:
    """A resource type that Python implements, for any number of linkers and stores."""

    def __new__(cls) -> Self: ...

@final
class _LinkedFunctions:
    """The functions of one interface, and its resources with what runs when a guest drops its last handle of one."""

    def __new__(
        cls,
        functions: Mapping[str, Callable[..., Any]],
        resources: Mapping[str, tuple[_HostResource, Callable[..., object] | None]],
    ) -> Self: ...

@disjoint_base
class _Resource:
    """What a resource is in Python that Python does not implement: the base of the class that is made for each resource of
    each instance. The engine's own resources (WASI's) have no class besides: their handles can be dropped and handed on."""

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
class _Call(Generic[_T_co]):
    """A call to be awaited: a coroutine, as far as event loops can tell. It begins when it is first awaited."""

    def __await__(self) -> Generator[Any, Any, _T_co]: ...
    def __iter__(self) -> Self: ...
    def __next__(self) -> Any: ...
    def send(self, value: object = None, /) -> Any:
        """Go on to where the call waits next."""

    def throw(self, error: object, value: object = None, traceback: object = None, /) -> Any:
        """Raise an exception where the call waits: in what the host awaits, else it ends the call."""

    def close(self) -> None:
        """End the call. Does nothing when it is over or has not begun."""

    @property
    def __name__(self) -> str:
        """What is called."""

    @property
    def __qualname__(self) -> str: ...
    @classmethod
    def __class_getitem__(cls, key: Any) -> GenericAlias: ...

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

def bind(
    world: object, package: str, store: Store, imports: object | None = None, /, *, fingerprint: str | None = None
) -> None:
    """Instantiates the component of a generated package and gives the world's object its exports."""

def bind_async(
    world: _T, package: str, store: Store, imports: object | None = None, /, *, fingerprint: str | None = None
) -> _Call[_T]:
    """As `bind`, for exports that are to be awaited. What is returned is to be awaited first, and gives the world's object back:
    a component may wait for its host already while it is instantiated."""

def _drop_async(resource: _Resource, /) -> _Call[None] | None:
    """Drops a resource's handle, to be awaited. Gives nothing where there is nothing to drop any more."""

def _link(
    world: object, package: _Package, store: _Storelike, linker: _ComponentLinker, served: list[object], /
) -> None:
    """As `bind`, with what a linker offers: `served` has for each imported interface the object or functions that Python gives
    it, or `None` where the linker itself serves it."""

def _link_async(
    world: _T, package: _Package, store: _Storelike, linker: _ComponentLinker, served: list[object], /
) -> _Call[_T]:
    """As `_link`, for exports that are to be awaited; see `bind_async`."""

def _component_bytes(wasm: str | Buffer, /) -> bytes:
    """The bytes of a component in the binary format, from any buffer or from text."""

def _default_engine() -> Engine:
    """The engine of stores that are made without one."""

def _load_package(engine: Engine, package: str, /) -> tuple[_Component, _Package]:
    """The component of an imported generated package, and the names by which Python binds it."""

def _serving(wanted: str, names: list[str], /) -> str | None:
    """The name among `names` that serves an import of `wanted`: the same, or the same interface in a compatible version."""

def _store_of(store: _Storelike, /) -> Store:
    """The store that a method of `dovetail.component` was given: a `Store`, or the `Caller` of a host function."""

def _measure_cache(directory: str | PathLike[str], /) -> tuple[int, int]:
    """How many entries the code cache in a directory has, and how many bytes they take."""

def _clear_cache(directory: str | PathLike[str], /) -> tuple[int, int]:
    """Removes the entries of the code cache in a directory; how many there were, and how many bytes they took."""

def run_command(store: Store, wasm: str | Buffer, /) -> bool:
    """Runs a command component; whether it reports success. A guest that calls `exit` raises `ExitTrap`."""
