"""Names that Python keeps, has built in or that generated code imports: every one can be passed, returned and matched."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from dovetail import Some, Store


class Type:
    """A resource named `type`, whose methods are named like types."""

    def __init__(self, list: list[str], type: Type | None) -> None:
        self.items = list

    def list(self) -> Any:
        return self.items

    def str(self, str: Any) -> Any:
        return str.upper()

    def int(self) -> Any:
        return len(self.items)

    def bytes(self) -> Any:
        return b"bytes"

    @builtins.staticmethod
    def new_type() -> Type:
        return Type(["new"], None)

    @builtins.staticmethod
    def staticmethod(property: Any) -> Any:
        return property[::-1]

    def property(self) -> Any:
        return (7,)

    def drop_(self) -> None:
        self.items = []

    def dict(self) -> Any:
        return {"a": 1}

    def bool(self) -> Any:
        return True

    def float(self) -> Any:
        return 0.5

    def tuple(self) -> Any:
        return (1, 2)


class Property:
    """A resource named `property`."""

    def get(self) -> int:
        return 9


class RuntimeCheckable:
    """A resource named like a decorator."""

    def sequence(self, a: list[str]) -> list[str]:
        return a


class Thing:
    """A resource whose static methods are named like decorators."""

    @builtins.staticmethod
    def property() -> int:
        return 1

    @builtins.staticmethod
    def staticmethod() -> int:
        return 2

    @builtins.staticmethod
    def later() -> list[int]:
        return [3]


class Error:
    """A resource named like its interface."""

    def to_string(self) -> str:
        return "an error"


@pytest.fixture
def world(case: ModuleType, part: Callable[[str], ModuleType]) -> Any:
    keywords, clashes, protocol = part("imports.import_"), part("imports.clashes"), part("imports.protocol")

    def fail(server: Any) -> Any:
        if server.url_path:
            raise clashes.FailedRaised_(clashes.Failed_Two())
        return clashes.FailedRaised(one=1)

    def err(a: bytes, b: list[int], c: dict[str, int]) -> None:
        if a:
            raise protocol.SomeRaised(protocol.Some_None_(Some(None)))

    functions = {
        "list": lambda list: [str(item) for item in list],
        "str": lambda text: text,
        "bytes": lambda a: b"".join(a),
        "float": lambda: 1.5,
        "bool": lambda: True,
        "dict": lambda: {"a": [True]},
        "property": lambda: "property",
        "staticmethod": lambda: None,
        "type": lambda: 1,
        "tuple": lambda: ("one",),
        "dovetail": lambda a: a,
        "builtins": lambda: "builtins",
        "enum": lambda: None,
        "Thing": Thing,
    }
    imports = case.NamesImports(
        import_=SimpleNamespace(
            async_=lambda class_, import_, none, self_: keywords.Pass.CLASS, lambda_=lambda type, match, case: None
        ),
        builtins=SimpleNamespace(print=lambda type: Property(), Type=Type, Property=Property),
        builtin_functions=SimpleNamespace(**functions),
        protocol=SimpleNamespace(err=err, RuntimeCheckable=RuntimeCheckable),
        clashes=SimpleNamespace(fail=fail, get=lambda: None),
        error=SimpleNamespace(make=Error, Error=Error),
        point=SimpleNamespace(get=lambda: part("imports.point").Point(x=-1)),
    )
    return case.Names(Store(), imports)


def test_keywords(world: Any, part: Callable[[str], ModuleType]) -> None:
    names = part("exports.import_")
    record = names.Class(def_=1, lambda_="l", from_=2, self_=3, none=True, yield_="y")
    result = world.import_.async_(class_=record, import_=names.None__True_(5), none=names.True_.MRO, self_=4)
    assert result is names.Pass.CLASS
    world.import_.lambda_(type=1, match=2, case=3)


def test_built_in_names(world: Any) -> None:
    with world.builtins.Type(["a"], world.builtins.Type.new_type()) as one:
        assert (one.list(), one.str("s"), one.int(), one.bytes()) == (["a"], "S", 1, b"bytes")
        assert (one.property(), one.dict(), one.bool(), one.float(), one.tuple()) == ((7,), {"a": 1}, True, 0.5, (1, 2))
        assert world.builtins.Type.staticmethod([1, 2]) == [2, 1]
        one.drop_()
        assert one.list() == []
        assert world.builtins.print(one).get() == 9


def test_built_in_names_as_functions(world: Any) -> None:
    functions = world.builtin_functions
    assert functions.list([1, 2]) == ["1", "2"]
    assert functions.str("s") == "s"
    assert functions.bytes([b"a", b"b"]) == b"ab"
    assert (functions.float(), functions.bool(), functions.dict()) == (1.5, True, {"a": [True]})
    assert (functions.property(), functions.type(), functions.tuple()) == ("property", 1, ("one",))
    assert functions.dovetail(Some(None)) == Some(None)
    assert functions.builtins() == "builtins"
    assert (functions.Thing.property(), functions.Thing.staticmethod(), functions.Thing.later()) == (1, 2, [3])


def test_names_that_generated_code_imports(world: Any, part: Callable[[str], ModuleType]) -> None:
    protocol = part("exports.protocol")
    world.protocol.err(b"", [1], {"a": 1})
    with pytest.raises(protocol.SomeRaised) as caught:
        world.protocol.err(b"x", [1], {"a": 1})
    assert caught.value.value == protocol.Some_None_(Some(None))


def test_names_made_of_others(world: Any, part: Callable[[str], ModuleType]) -> None:
    clashes = part("exports.clashes")
    assert world.clashes.fail(clashes.HttpServer(url_path="")) == clashes.FailedRaised(one=1)
    with pytest.raises(clashes.FailedRaised_) as caught:
        world.clashes.fail(clashes.HttpServer(url_path="/"))
    assert type(caught.value.value).__name__ == "Failed_Two"
    assert world.error.make().to_string() == "an error"
    assert world.point.get().x == -1
