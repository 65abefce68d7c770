"""The oracle itself, against examples worked out by hand from the specification's text."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from canonical.guest import Entry, Guest
from canonical.layout import alignment, flat, signature, size
from canonical.lift import Lifting
from canonical.lower import Lowering
from canonical.text import hint, lift_string, lower_string
from canonical.trap import Reason, Trapped
from canonical.value import Case, Value, same
from canonical.wit import (
    Borrow,
    Enumeration,
    Flags,
    List,
    Map,
    Option,
    Own,
    Primitive,
    Record,
    Result,
    Tuple,
    Type,
    Variant,
)
from randomized import kept

U8, U16, U32, U64 = Primitive.U8, Primitive.U16, Primitive.U32, Primitive.U64
F32, F64, BOOL, CHAR, STRING = Primitive.F32, Primitive.F64, Primitive.BOOL, Primitive.CHAR, Primitive.STRING

SHAPE = Variant("shape", (("none", None), ("small", F32), ("big", F64), ("text", STRING)))

LAYOUTS: list[tuple[Type, int, int, tuple[str, ...]]] = [
    # type, alignment, size, core types
    (BOOL, 1, 1, ("i32",)),
    (CHAR, 4, 4, ("i32",)),
    (STRING, 4, 8, ("i32", "i32")),
    (List(U64), 4, 8, ("i32", "i32")),
    (List(U16, 3), 2, 6, ("i32", "i32", "i32")),
    (Map(STRING, U8), 4, 8, ("i32", "i32")),
    # 1 byte, 7 of padding, 8 bytes, 1 byte, 7 of padding.
    (Tuple((U8, U64, U8)), 8, 24, ("i32", "i64", "i32")),
    (Record("pair", (("a", U16), ("b", U8))), 2, 4, ("i32", "i32")),
    (Flags("eight", tuple("abcdefgh")), 1, 1, ("i32",)),
    (Flags("nine", tuple("abcdefghi")), 2, 2, ("i32",)),
    (Enumeration("byte", tuple(map(str, range(256)))), 1, 1, ("i32",)),
    (Enumeration("word", tuple(map(str, range(257)))), 2, 2, ("i32",)),
    (Option(U8), 1, 2, ("i32", "i32")),
    (Option(Option(U32)), 4, 12, ("i32", "i32", "i32")),
    (Result(None, None), 1, 1, ("i32",)),
    (Result(U64, STRING), 8, 16, ("i32", "i64", "i32")),
    # f32, f64 and a pointer join to i64; the length has its place alone.
    (SHAPE, 8, 16, ("i32", "i64", "i32")),
    (Result(F32, U32), 4, 8, ("i32", "i32")),
    (Own("res"), 4, 4, ("i32",)),
]


@pytest.mark.parametrize("row", LAYOUTS, ids=lambda row: str(row[1:3]))
def test_layout(row: tuple[Type, int, int, tuple[str, ...]]) -> None:
    ty, align, length, cores = row
    assert (alignment(ty), size(ty), flat(ty)) == (align, length, cores)


def test_layout_of_64_bits() -> None:
    assert (alignment(STRING, 8), size(STRING, 8), flat(STRING, 8)) == (8, 16, ("i64", "i64"))
    assert size(Tuple((U8, List(U8))), 8) == 24


def test_signatures_spill() -> None:
    sixteen, seventeen = Tuple((U8,) * 16), Tuple((U8,) * 17)
    assert signature([sixteen], U8, lowered=False).params == ("i32",) * 16
    assert signature([seventeen], None, lowered=False).params == ("i32",)
    assert signature([sixteen], STRING, lowered=False).results == ("i32",)
    assert signature([sixteen], STRING, lowered=True).params == ("i32",) * 17
    assert signature([sixteen], STRING, lowered=True).results == ()


def guest(encoding: str = "utf8", size: int = 256, start: int = 64) -> tuple[Guest, list[tuple[int, int, int, int]]]:
    """A guest whose memory is given out from `start` on, and the calls of its `realloc`."""
    memory = bytearray(b"\xee" * size)
    calls: list[tuple[int, int, int, int]] = []
    end = start

    def realloc(old: int, old_length: int, align: int, length: int) -> int:
        nonlocal end
        calls.append((old, old_length, align, length))
        address = -(-end // align) * align
        end = address + length
        memory[address : address + min(old_length, length)] = memory[old : old + min(old_length, length)]
        return address

    return Guest(memory, realloc, encoding), calls


STORED: list[tuple[Type, Value, str]] = [
    (Primitive.S16, -2, "fe ff"),
    (F32, 1.5, "00 00 c0 3f"),
    (F64, math.nan, "00 00 00 00 00 00 f8 7f"),
    (CHAR, "\U0001f980", "80 f9 01 00"),
    # The padding keeps what was there.
    (Tuple((U8, U16)), (1, 0x203), "01 ee 03 02"),
    (Option(U16), Case(1, 7), "01 ee 07 00"),
    (Option(U16), Case(0), "00 ee ee ee"),
    (Flags("three", ("a", "b", "c")), 5, "05"),
    (List(U16, 2), [1, 2], "01 00 02 00"),
    # Address 64 and two code units; then what is there.
    (STRING, "hé", "40 00 00 00 03 00 00 00"),
    (Map(U8, BOOL), [(3, True)], "40 00 00 00 01 00 00 00"),
]


@pytest.mark.parametrize(("ty", "value", "expected"), STORED)
def test_storing_and_loading(ty: Type, value: Value, expected: str) -> None:
    made, _ = guest()
    Lowering(made).store(0, ty, value)
    assert made.memory[: size(ty)].hex(" ") == expected
    assert same(Lifting(made).load(0, ty), value)


def test_flat_values() -> None:
    made, _ = guest()
    assert Lowering(made).flat(SHAPE, Case(1, 1.0)) == [1, 0x3F80_0000, 0]
    assert Lowering(made).flat(SHAPE, Case(3, "ab")) == [3, 64, 2]
    assert Lowering(made).flat(Primitive.S8, -1) == [0xFFFF_FFFF]
    assert Lifting(made).flat(SHAPE, [1, 0xFFFF_FFFF_3F80_0000, 9]) == Case(1, 1.0)
    assert Lifting(made).flat(U8, [0x1FF]) == 0xFF
    assert Lifting(made).flat(BOOL, [0x100]) is True


TRANSCODED: list[tuple[str, str, str, list[tuple[int, int, int, int]], str]] = [
    # guest, source, string, calls of realloc, contents
    ("utf8", "utf8", "é", [(0, 0, 1, 2)], "c3 a9"),
    ("utf8", "utf16", "ab", [(0, 0, 1, 2)], "61 62"),
    ("utf8", "utf16", "aé", [(0, 0, 1, 2), (64, 2, 1, 6), (66, 6, 1, 3)], "61 c3 a9"),
    ("utf8", "latin1", "é", [(0, 0, 1, 1), (64, 1, 1, 2)], "c3 a9"),
    ("utf16", "utf8", "a", [(0, 0, 2, 2)], "61 00"),
    ("utf16", "utf8", "é", [(0, 0, 2, 4), (64, 4, 2, 2)], "e9 00"),
    ("utf16", "latin1", "é", [(0, 0, 2, 2)], "e9 00"),
    ("latin1+utf16", "latin1", "é", [(0, 0, 2, 1)], "e9"),
    ("latin1+utf16", "utf8", "é", [(0, 0, 2, 2), (64, 2, 2, 1)], "e9"),
    ("latin1+utf16", "utf8", "aĀ", [(0, 0, 2, 3), (64, 3, 2, 6), (68, 6, 2, 4)], "61 00 00 01"),
    ("latin1+utf16", "utf16", "Ā", [(0, 0, 2, 1), (64, 1, 2, 2)], "00 01"),
    ("latin1+utf16", "tagged-utf16", "Ā", [(0, 0, 2, 2)], "00 01"),
    ("latin1+utf16", "tagged-utf16", "é", [(0, 0, 2, 2), (64, 2, 1, 1)], "e9"),
]


@pytest.mark.parametrize(("encoding", "source", "string", "expected", "contents"), TRANSCODED)
def test_strings(
    encoding: str, source: str, string: str, expected: list[tuple[int, int, int, int]], contents: str
) -> None:
    made, calls = guest(encoding)
    address, length = lower_string(made, string, hint(string, source))
    assert calls == expected
    wanted = bytes.fromhex(contents)
    assert made.memory[address : address + len(wanted)] == wanted
    assert lift_string(made, address, length)[0] == string


def refused(act: Callable[[], object]) -> Reason:
    """Why something traps."""
    with pytest.raises(Trapped) as trapped:
        act()
    return trapped.value.reason


def test_traps() -> None:
    made, _ = guest("utf16", size=16)
    made.memory[:] = b"\x00\xd8" * 8
    lifting = Lifting(made)
    assert refused(lambda: lifting.flat(CHAR, [0xD800])) is Reason.CHARACTER
    assert refused(lambda: lifting.flat(CHAR, [0x110000])) is Reason.CHARACTER
    assert refused(lambda: lifting.flat(SHAPE, [4, 0, 0])) is Reason.DISCRIMINANT
    assert refused(lambda: lifting.flat(STRING, [1, 1])) is Reason.UNALIGNED
    assert refused(lambda: lifting.flat(STRING, [0, 9])) is Reason.OUT_OF_BOUNDS
    assert refused(lambda: lifting.flat(STRING, [0, 1])) is Reason.UTF16
    assert refused(lambda: lifting.flat(STRING, [0, 1 << 31])) is Reason.TOO_LONG
    assert refused(lambda: lifting.flat(List(U64), [0, 3])) is Reason.OUT_OF_BOUNDS
    assert refused(lambda: lifting.flat(List(U64), [1, 1 << 25])) is Reason.TOO_LONG
    assert refused(lambda: lifting.params([Tuple((U8,) * 17)], [0])) is Reason.OUT_OF_BOUNDS


def test_handles() -> None:
    made, _ = guest()
    lowering, lifting = Lowering(made), Lifting(made)
    assert lowering.flat(Tuple((Own("res"), Borrow("res"))), (7, 8)) == [1, 2]
    assert refused(lambda: lifting.flat(Own("res"), [2])) is Reason.NOT_OWNED
    assert refused(lambda: lifting.flat(Own("other"), [1])) is Reason.UNKNOWN_HANDLE
    assert lifting.flat(Borrow("res"), [1]) == 7
    assert refused(lambda: lifting.flat(Own("res"), [1])) is Reason.LENT
    made.lenders.pop().lends -= 1
    assert lifting.flat(Own("res"), [1]) == 7
    assert refused(lambda: lifting.flat(Borrow("res"), [1])) is Reason.UNKNOWN_HANDLE
    # The index that became free last is used first.
    assert made.handles.add(Entry("res", 9, True)) == 1


def test_kept_cases_are_read_as_they_are_written(tmp_path: Path) -> None:
    ty = kept.parse(
        ["record d0 { a: u8, b: list<string, 2> }", "variant d1 { x(d0), y }", "enum d2 { x }", "flags d3 { l, m }"],
        "result<_, tuple<option<d1>, map<char, d2>, d3, f64>>",
    )
    texts: list[Value] = ["", "é"]
    value: Value = Case(1, (Case(1, Case(0, (1, texts))), [("a", Case(0))], 3, -0.0))
    assert same(kept.from_json(ty, kept.to_json(ty, value)), value)
    for path in (Path(__file__).parent / "cases").glob("*.json"):
        trial = kept.read(path)
        copy = tmp_path / path.name
        copy.write_text(kept.write(trial, ""))
        assert kept.read(copy) == trial
