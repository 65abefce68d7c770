"""The core API's tags and exceptions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from dovetail import (
    Engine,
    ExnRef,
    Func,
    FuncType,
    Global,
    GlobalType,
    Instance,
    LinkError,
    Module,
    Store,
    Tag,
    TagType,
    Trap,
    TrapCode,
    ValType,
)

EXCEPTIONS = Path(__file__).parent / "guests" / "exceptions.wat"


def test_exceptions() -> None:
    """Tags are imported and exported; a guest's exception is an object with its values."""
    engine = Engine()
    store = Store(engine)
    module = Module.from_file(engine, EXCEPTIONS)
    given = Tag(store, TagType([ValType.i32()]))
    assert [imported.type for imported in module.imports] == [given.type(store)]
    exports: Any = Instance(store, module, [given]).exports(store)
    own = exports["own"]
    assert own.type(store) == TagType([ValType.i64(), ValType.f64()])

    caught = exports["catch"](store, 0)
    assert isinstance(caught, ExnRef)
    assert (caught.tag(store), caught.values(store)) == (own, [-3, 0.5])
    other = exports["catch"](store, 7)
    assert (other.tag(store), other.values(store)) == (given, [7])
    assert other.tag(store) != own

    kept = Global(store, GlobalType(ValType.exnref(), True), None)
    kept.set_value(store, caught)
    assert kept.value(store) == caught
    for throw in (lambda: exports["uncaught"](store), lambda: exports["again"](store, caught)):
        with pytest.raises(Trap, match="uncaught exception") as trap:
            throw()
        assert trap.value.code is TrapCode.UNCAUGHT_EXCEPTION
    with pytest.raises(Trap, match="null reference"):
        exports["again"](store, None)
    with pytest.raises(TypeError, match="expected ExnRef or None, got int"):
        exports["again"](store, 5)


def test_tags_are_matched_by_type() -> None:
    """A tag of another type does not fit, nor does anything else."""
    engine = Engine()
    store = Store(engine)
    module = Module.from_file(engine, EXCEPTIONS)
    for wrong in (Tag(store, TagType([])), Func(store, FuncType([], []), lambda: None)):
        with pytest.raises(LinkError, match=r"expected a tag of type \(i32\) -> \(\)"):
            Instance(store, module, [wrong])
