"""Types of the core API, as plain data: what `Func`, `Global`, `Memory`, `Table`, `Tag` and `Module` are described with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final, TypeAlias

_PAGE_SIZE: Final = 65536


class _Record:
    """A value that is compared, hashed and shown by its slots."""

    __slots__: ClassVar[tuple[str, ...]] = ()

    def _parts(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash((type(self), self._parts()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self._parts()))})"


class ValType(_Record):
    """The type of a core WebAssembly value; made with its class methods."""

    __slots__ = ("_name",)

    _name: str
    _NAMES: ClassVar = ("i32", "i64", "f32", "f64", "v128", "funcref", "externref", "exnref")

    def __init__(self, name: str, /) -> None:
        if name not in self._NAMES:
            raise ValueError(f"`{name}` is not a value type: expected one of {', '.join(self._NAMES)}")
        self._name = name

    @classmethod
    def i32(cls) -> ValType:
        """A 32-bit integer."""
        return cls("i32")

    @classmethod
    def i64(cls) -> ValType:
        """A 64-bit integer."""
        return cls("i64")

    @classmethod
    def f32(cls) -> ValType:
        """A 32-bit float."""
        return cls("f32")

    @classmethod
    def f64(cls) -> ValType:
        """A 64-bit float."""
        return cls("f64")

    @classmethod
    def v128(cls) -> ValType:
        """A vector of 128 bits: in Python, an integer."""
        return cls("v128")

    @classmethod
    def funcref(cls) -> ValType:
        """A reference to a function, or null."""
        return cls("funcref")

    @classmethod
    def externref(cls) -> ValType:
        """A reference to any Python object, or null."""
        return cls("externref")

    @classmethod
    def exnref(cls) -> ValType:
        """A reference to an exception that a guest caught, or null."""
        return cls("exnref")

    def __str__(self) -> str:
        return self._name

    def __repr__(self) -> str:
        return f"ValType({self._name})"


class FuncType(_Record):
    """The type of a core function."""

    __slots__ = ("_params", "_results")

    _params: tuple[ValType, ...]
    _results: tuple[ValType, ...]

    def __init__(self, params: Iterable[ValType], results: Iterable[ValType]) -> None:
        self._params = _val_types("params", params)
        self._results = _val_types("results", results)

    @property
    def params(self) -> list[ValType]:
        """The parameters' types."""
        return list(self._params)

    @property
    def results(self) -> list[ValType]:
        """The results' types."""
        return list(self._results)


def _val_types(name: str, types: Iterable[ValType]) -> tuple[ValType, ...]:
    result = tuple(types)
    for ty in result:
        _check_val_type(name, ty)
    return result


def _check_val_type(name: str, ty: object) -> None:
    if not isinstance(ty, ValType):
        raise TypeError(f"`{name}`: expected ValType, got {type(ty).__name__}")


class Limits(_Record):
    """The bounds of a memory (in pages) or a table (in elements)."""

    __slots__ = ("min", "max")  # noqa: RUF023 (the order of the parts)

    min: int
    max: int | None

    def __init__(self, min: int, max: int | None = None) -> None:
        if min < 0 or (max is not None and max < 0):
            raise OverflowError("limits must not be negative")
        self.min = min
        self.max = max


class GlobalType(_Record):
    """The type of a global."""

    __slots__ = ("_content", "_mutable")

    _content: ValType
    _mutable: bool

    def __init__(self, valtype: ValType, mutable: bool) -> None:
        _check_val_type("valtype", valtype)
        self._content = valtype
        self._mutable = mutable

    @property
    def content(self) -> ValType:
        """The type of the value inside."""
        return self._content

    @property
    def mutable(self) -> bool:
        """Whether the value may be changed."""
        return self._mutable


class TableType(_Record):
    """The type of a table."""

    __slots__ = ("_element", "_limits", "_is_64")  # noqa: RUF023 (the order of the parts)

    _element: ValType
    _limits: Limits
    _is_64: bool

    def __init__(self, valtype: ValType, limits: Limits, is_64: bool = False) -> None:
        _check_val_type("valtype", valtype)
        self._element = valtype
        self._limits = limits
        self._is_64 = is_64

    @property
    def element(self) -> ValType:
        """The type of the elements: `funcref`, `externref` or `exnref`."""
        return self._element

    @property
    def limits(self) -> Limits:
        """The bounds, in elements."""
        return self._limits

    @property
    def is_64(self) -> bool:
        """Whether indices have 64 bits."""
        return self._is_64


class MemoryType(_Record):
    """The type of a linear memory."""

    __slots__ = ("_limits", "_is_64", "_shared")  # noqa: RUF023 (the order of the parts)

    _limits: Limits
    _is_64: bool
    _shared: bool

    def __init__(self, limits: Limits, is_64: bool = False, shared: bool = False) -> None:
        self._limits = limits
        self._is_64 = is_64
        self._shared = shared

    @property
    def limits(self) -> Limits:
        """The bounds, in pages of 64 KiB."""
        return self._limits

    @property
    def is_64(self) -> bool:
        """Whether addresses have 64 bits."""
        return self._is_64

    @property
    def is_shared(self) -> bool:
        """Whether threads may share the memory."""
        return self._shared

    @property
    def page_size(self) -> int:
        """The bytes of a page."""
        return _PAGE_SIZE


class TagType(_Record):
    """The type of a tag: what the exceptions that it marks carry."""

    __slots__ = ("_params",)

    _params: tuple[ValType, ...]

    def __init__(self, params: Iterable[ValType]) -> None:
        self._params = _val_types("params", params)

    @property
    def params(self) -> list[ValType]:
        """The types of the values that an exception carries."""
        return list(self._params)


AsExternType: TypeAlias = FuncType | TableType | MemoryType | GlobalType | TagType
"""The type of anything that a module imports or exports."""


class ImportType(_Record):
    """One import of a module."""

    __slots__ = ("_module", "_name", "_type")

    _module: str
    _name: str
    _type: AsExternType

    def __init__(self, module: str, name: str, type: AsExternType) -> None:
        self._module = module
        self._name = name
        self._type = type

    @property
    def module(self) -> str:
        """The first part of the import's name."""
        return self._module

    @property
    def name(self) -> str:
        """The second part of the import's name."""
        return self._name

    @property
    def type(self) -> AsExternType:
        """What must be supplied."""
        return self._type


class ExportType(_Record):
    """One export of a module."""

    __slots__ = ("_name", "_type")

    _name: str
    _type: AsExternType

    def __init__(self, name: str, type: AsExternType) -> None:
        self._name = name
        self._type = type

    @property
    def name(self) -> str:
        """The export's name."""
        return self._name

    @property
    def type(self) -> AsExternType:
        """What is exported."""
        return self._type
