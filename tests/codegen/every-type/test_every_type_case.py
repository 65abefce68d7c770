"""A value of every type goes host -> guest -> host and back; what is accepted is wider than what is returned."""

from __future__ import annotations

import array
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from dovetail import Err, Ok, Some, Store

SCALARS = (True, 255, -128, 65535, -32768, 2**32 - 1, -(2**31), 2**64 - 1, -(2**63), 0.5, 1e300, "é", "text")


@pytest.fixture(scope="module")
def seen() -> list[tuple[Any, ...]]:
    """The arguments that the host was called with."""
    return []


@pytest.fixture(scope="module")
def guest(case: ModuleType, part: Callable[[str], ModuleType], seen: list[tuple[Any, ...]]) -> Any:
    """The component's interface, on a host that gives fixed results."""
    values = part("imports.values")
    results: dict[str, Any] = {
        "all_scalars": values.Scalars(*SCALARS),
        "to_bytes": memoryview(b"abc"),
        "to_numbers": array.array("h", [-1, 2]),
        "to_strings": ("a", "b"),
        "to_bools": [True, False],
        "to_lists": [(1, 2), array.array("Q", [2**64 - 1])],
        "to_option": bytearray(b"x"),
        "to_options": Some(None),
        "to_result": [Ok(b"x"), Err("no")],
        "to_tuple": ([0.5], "t"),
        "to_map": {1: b"one"},
        "to_four": b"abcd",
        "to_named": b"",
        "to_words": ["w"],
        "to_outcomes": [Ok(["w"]), Err(values.Colour.RED)],
        "to_compound": None,
        "nothing": None,
    }

    def function(name: str) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            seen.append(arguments)
            return results[name]

        return call

    def fails() -> Any:
        raise Err(values.Colour.BLUE)

    host = SimpleNamespace(**{name: function(name) for name in results}, fails=fails)
    return case.EveryType(Store(), case.EveryTypeImports(host=host)).guest


def called(guest: Any, seen: list[tuple[Any, ...]], name: str, *arguments: Any) -> tuple[Any, Any]:
    """What the host got, and what came back."""
    seen.clear()
    result = getattr(guest, name)(*arguments)
    (got,) = seen
    return got, result


def test_scalars(guest: Any, seen: list[tuple[Any, ...]], part: Callable[[str], ModuleType]) -> None:
    got, result = called(guest, seen, "all_scalars", *SCALARS)
    assert got == SCALARS
    assert result == part("imports.values").Scalars(*SCALARS)


@pytest.mark.parametrize(
    ("name", "arguments", "got", "result"),
    [
        ("to_bytes", (bytearray(b"abc"),), (b"abc",), b"abc"),
        ("to_numbers", (array.array("I", [1, 2]), (0.5, 1)), ([1, 2], [0.5, 1.0]), [-1, 2]),
        ("to_strings", (("x", "y"),), (["x", "y"],), ["a", "b"]),
        ("to_bools", ((True, False),), ([True, False],), [True, False]),
        ("to_lists", ([b"x", memoryview(b"y")],), ([b"x", b"y"],), [[1, 2], [2**64 - 1]]),
        ("to_option", (None,), (None,), b"x"),
        ("to_options", (Some([1]),), (Some([1]),), Some(None)),
        ("to_result", (Err("e"),), (Err("e"),), [Ok(b"x"), Err("no")]),
        ("to_tuple", ((b"x", 3),), ((b"x", 3),), ([0.5], "t")),
        ("to_map", ({"k": b"v"},), ({"k": b"v"},), {1: b"one"}),
        ("to_four", ([1, 2, 3, 4], b"wxyz"), ([1, 2, 3, 4], b"wxyz"), b"abcd"),
        ("nothing", (), (), None),
    ],
)
def test_structures(
    guest: Any, seen: list[tuple[Any, ...]], name: str, arguments: tuple[Any, ...], got: tuple[Any, ...], result: Any
) -> None:
    there, back = called(guest, seen, name, *arguments)
    assert repr(there) == repr(got)
    assert repr(back) == repr(result)


def test_named_types(guest: Any, seen: list[tuple[Any, ...]], part: Callable[[str], ModuleType]) -> None:
    values = part("imports.values")
    arguments = (b"b", ["w"], 3, [Ok(["w"]), Err(values.Colour.GREEN)], (0.5, 0.25))
    got, result = called(guest, seen, "to_named", *arguments)
    assert (got, result) == (arguments, b"")


def test_a_compound(guest: Any, seen: list[tuple[Any, ...]], part: Callable[[str], ModuleType]) -> None:
    values = part("imports.values")
    compound = values.Compound(
        bytes=b"b",
        raw=b"r",
        matrix=[[0.5], []],
        maybe=None,
        maybe_maybe=Some(None),
        thrice=Some(Some(3)),
        named_maybe=Some(None),
        outcome=Err("e"),
        only_ok=Ok(1),
        only_err=Ok(None),
        neither=Err(None),
        named=Err(values.Colour.RED),
        position=(0.5, 0.5),
        single=(1,),
        same=values.Shape_Nested(Some("s")),
        letters=["a", "é"],
        switches=[True],
        enums=[values.Colour.BLUE],
        four=[1, 2, 3, 4],
        digest=bytes(range(32)),
        by_name={"a": [1]},
    )
    flags = values.ThirtyTwo.F0 | values.ThirtyTwo.F31
    got, result = called(guest, seen, "to_compound", compound, values.Shape_Pair((1, -2)), values.Colour.GREEN, flags)
    assert got == (compound, values.Shape_Pair((1, -2)), values.Colour.GREEN, flags)
    assert result is None


def test_the_error_of_an_alias(guest: Any, part: Callable[[str], ModuleType]) -> None:
    values = part("imports.values")
    with pytest.raises(values.ColourRaised) as caught:
        guest.fails()
    assert caught.value.value is values.Colour.BLUE
