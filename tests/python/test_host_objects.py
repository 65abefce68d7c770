"""Objects that are to serve imports: whatever is missing is a `LinkError` that names it, before any guest code runs."""

from __future__ import annotations

import types as python_types
from collections.abc import Callable
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import pytest
from dovetail import LinkError, Store

PLACE = "`imports.host_log` (`h2:kv/host-log@0.1.0`)"


class Sink:
    """A complete resource class."""

    def __init__(self, name: str) -> None: ...

    def write(self, data: bytes) -> int:
        return len(data)

    @staticmethod
    def flush() -> None: ...


def host(**attributes: Any) -> Any:
    """An object of the class `Host` with these attributes, and otherwise complete; `...` leaves one out."""
    namespace = {"Sink": Sink, "log": lambda self, level, message: None, **attributes}
    return type("Host", (), {name: value for name, value in namespace.items() if value is not ...})()


def sink(**attributes: Any) -> type:
    """A class `Sink` that has these of the three functions."""
    return type("Sink", (), attributes)


@pytest.fixture
def kv(package: Callable[[str], ModuleType]) -> ModuleType:
    """The generated package."""
    return package("kv")


def not_linked(kv: ModuleType, given: Any, text: str) -> None:
    """Binding this object fails with exactly this text."""
    with Store() as store:
        with pytest.raises(LinkError) as caught:
            kv.Kv(store, kv.KvImports(host_log=given))
        assert str(caught.value) == text
        assert kv.Kv(store, kv.KvImports(host_log=host())).summarize([]) == (0, "x", 0.5)


INIT, WRITE, FLUSH = (lambda self, name: None), (lambda self, data: 1), staticmethod(lambda: None)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        (host(log=...), "`Host` lacks method `log`"),
        (host(log=None), "`Host` lacks method `log`"),
        (host(log=3), "`Host` lacks method `log`"),
        (host(Sink=...), "`Host` lacks resource class `Sink`"),
        (host(Sink=None), "`Host` lacks resource class `Sink`"),
        (host(Sink=sink(write=WRITE, flush=FLUSH)), "`Host.Sink` lacks method `__init__`"),
        (host(Sink=sink(__init__=INIT, flush=FLUSH)), "`Host.Sink` lacks method `write`"),
        (host(Sink=sink(__init__=INIT, write=3, flush=FLUSH)), "`Host.Sink` lacks method `write`"),
        (host(Sink=sink(__init__=INIT, write=WRITE)), "`Host.Sink` lacks method `flush`"),
        (host(Sink=lambda name: Sink(name)), "`Host.Sink` lacks method `flush`"),
        (
            host(Sink=sink()),
            "`Host.Sink` lacks method `__init__`; `Host.Sink` lacks method `write`; `Host.Sink` lacks method `flush`",
        ),
        (object(), "`object` lacks resource class `Sink`; `object` lacks method `log`"),
        (3, "`int` lacks resource class `Sink`; `int` lacks method `log`"),
        ("text", "`str` lacks resource class `Sink`; `str` lacks method `log`"),
    ],
)
def test_what_is_missing_is_named(kv: ModuleType, given: Any, missing: str) -> None:
    not_linked(kv, given, f"{PLACE}: {missing}")


def test_what_the_protocol_alone_gives_is_missing(kv: ModuleType) -> None:
    protocols = kv.imports.host_log

    class Nothing(protocols.HostLog):  # type: ignore[misc, name-defined]
        pass

    class NoSink(protocols.HostLog):  # type: ignore[misc, name-defined]
        def log(self, level: Any, message: str) -> None: ...

    class EmptySink(protocols.Sink):  # type: ignore[misc, name-defined]
        pass

    class NoConstructor(protocols.Sink):  # type: ignore[misc, name-defined]
        def write(self, data: bytes) -> int:
            return 1

        @staticmethod
        def flush() -> None: ...

    not_linked(
        kv, Nothing(), f"{PLACE}: `{name(Nothing)}` lacks resource class `Sink`; `{name(Nothing)}` lacks method `log`"
    )
    not_linked(kv, NoSink(), f"{PLACE}: `{name(NoSink)}` lacks resource class `Sink`")
    lacks = "; ".join(f"`Host.Sink` lacks method `{method}`" for method in ("__init__", "write", "flush"))
    not_linked(kv, host(Sink=EmptySink), f"{PLACE}: {lacks}")
    not_linked(kv, host(Sink=NoConstructor), f"{PLACE}: `Host.Sink` lacks method `__init__`")


def name(cls: type) -> str:
    """The class's name as messages have it."""
    return cls.__qualname__


def test_no_object_at_all(kv: ModuleType) -> None:
    missing = f"{PLACE}: missing in the given "
    with Store() as store:
        for imports, text in (
            (None, "`imports` is missing: the component imports `h2:kv/host-log@0.1.0`"),
            (object(), missing + "object"),
            (kv.KvImports(host_log=None), missing + "KvImports"),
        ):
            with pytest.raises(LinkError) as caught:
                kv.Kv(store, imports)
            assert str(caught.value) == text
        with pytest.raises(TypeError, match="host_log"):
            kv.KvImports()
        with pytest.raises(TypeError, match="imports"):
            kv.Kv(store)


def test_what_is_no_store(kv: ModuleType) -> None:
    imports = kv.KvImports(host_log=host())
    for wrong, found in ((3, "int"), (None, "NoneType"), (imports, "KvImports"), (Store, "type")):
        with pytest.raises(TypeError) as caught:
            kv.Kv(wrong, imports)
        assert str(caught.value) == f"`store`: expected Store, got {found}"


def test_an_attribute_that_raises_says_so_itself(kv: ModuleType) -> None:
    class Raising:
        Sink = Sink

        @property
        def log(self) -> Any:
            raise LookupError("no log today")

    with Store() as store, pytest.raises(LookupError, match="no log today"):
        kv.Kv(store, kv.KvImports(host_log=Raising()))


def test_modules_classes_and_mocks_serve_as_well(kv: ModuleType) -> None:
    module = python_types.ModuleType("host_log")
    module.Sink = Sink  # type: ignore[attr-defined]
    module.log = lambda level, message: None  # type: ignore[attr-defined]

    class Static:
        Sink = Sink

        @staticmethod
        def log(level: Any, message: str) -> None: ...

    entry = kv.Entry(key="k", value=kv.imports.types.Value_Num(1), tags=[], perms=kv.imports.types.Perms.READ)
    mock = MagicMock()
    mock.Sink.return_value.write.return_value = 7
    with Store() as store:
        for given in (module, Static, Static(), mock):
            table = kv.Kv(store, kv.KvImports(host_log=given)).store.Table("t")
            assert table.put(entry) is None
    mock.log.assert_called_once_with(kv.imports.types.Level.INFO, "put k: 7 bytes")


def test_a_factory_stands_for_a_class(kv: ModuleType) -> None:
    class Factory:
        def __call__(self, name: str) -> Sink:
            return Sink(name)

        def flush(self) -> None: ...

    with Store() as store:
        assert kv.Kv(store, kv.KvImports(host_log=host(Sink=Factory()))).store.Table("t").size() == 0


@pytest.mark.parametrize(("made", "found"), [(None, "NoneType"), (3, "int"), (object(), "object")])
def test_a_factory_that_makes_something_else(kv: ModuleType, made: Any, found: str) -> None:
    class Factory:
        def __call__(self, name: str) -> Any:
            return made

        def flush(self) -> None: ...

    with Store() as store:
        tables = kv.Kv(store, kv.KvImports(host_log=host(Sink=Factory()))).store
        with pytest.raises(TypeError) as caught:
            tables.Table("t")
        expected = f"expected an object for `sink` with a method `write`, got {found}"
        assert str(caught.value) == f"result of `host_log.Sink.__init__`: {expected}"
