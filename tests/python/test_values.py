"""The values of the component model that plain Python lacks, and what importing the package costs."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from dovetail import Err, ExitTrap, Frame, Ok, Resource, Some, Trap, TrapCode


class NamedRaised(Err[int]):
    """What the generator writes for a named error type."""


@pytest.mark.parametrize(
    "value",
    [
        Some(3),
        Some(None),
        Some(Some("x")),
        Ok([1]),
        Err("no"),
        Err(None),
        NamedRaised(3),
        ExitTrap(3),
        Trap("stopped", TrapCode.UNREACHABLE, [Frame(1, "f", "m", 7)]),
    ],
)
def test_copies_are_equal_and_look_the_same(value: Any) -> None:
    for again in (pickle.loads(pickle.dumps(value)), copy.deepcopy(value)):
        assert repr(again) == repr(value)
        assert str(again) == str(value)
        assert type(again) is type(value)


def test_equality_is_by_class_and_value() -> None:
    assert Some(1) == Some(1) != Some(2)
    assert Some(1) != Ok(1)
    assert hash(Some("x")) == hash(Some("x"))
    assert NamedRaised(3) == Err(3)
    assert hash(NamedRaised(3)) == hash(Err(3))
    assert Ok(1) != Err(1)
    assert len({Some(1), Some(1), Ok(1)}) == 2


@pytest.mark.parametrize("value", [Some(1), Ok(1)])
def test_wrappers_cannot_be_changed(value: Any) -> None:
    with pytest.raises(AttributeError):
        value.value = 2
    with pytest.raises(AttributeError):
        value.other = 2
    with pytest.raises(AttributeError):
        del value._value


def test_patterns() -> None:
    def text(value: object) -> str:
        match value:
            case Some(Some(inner)):
                return f"some some {inner}"
            case Some(inner):
                return f"some {inner}"
            case Ok(inner):
                return f"ok {inner}"
            case Err(inner):
                return f"err {inner}"
        return "other"

    assert [text(v) for v in (Some(Some(1)), Some(None), Ok(2), Err("x"), 3)] == [
        "some some 1",
        "some None",
        "ok 2",
        "err x",
        "other",
    ]


def test_a_trap_shows_its_frames() -> None:
    trap = Trap("unreachable", TrapCode.UNREACHABLE, [Frame(3, "inner", "app", 0x10), Frame(4)])
    assert trap.message == "unreachable"
    assert trap.code is trap.trap_code is TrapCode.UNREACHABLE
    assert str(trap).splitlines()[1:] == [
        "wasm backtrace, innermost first:",
        "  0: app!inner (at 0x10)",
        "  1: <module>!<wasm function 4>",
    ]


def test_resource_is_a_protocol() -> None:
    class Handle:
        def drop(self) -> None: ...
        def __enter__(self) -> object:
            return self

        def __exit__(self, *error: object) -> None: ...

    assert isinstance(Handle(), Resource)
    assert not isinstance(3, Resource)
