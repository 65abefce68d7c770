"""What each construct of WIT becomes in Python: the table of `docs/types.md`, as data.

Each row names the case of this folder where it stands, and the file of the case's golden package. `test_constructs.py` checks that both
sides are there, that every case has a row and a test that runs it, and that the page is current. To write the page again:

    python tests/codegen/constructs.py
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

CASES = Path(__file__).resolve().parent
PAGE = CASES.parents[1] / "docs/types.md"


class Row(NamedTuple):
    """A construct: text that stands in the case's WIT, and lines that stand in its golden."""

    wit: str
    python: tuple[str, ...]
    case: str
    file: str
    remark: str = ""
    wit_file: str = "world.wit"


def row(wit: str, *python: str, at: str, remark: str = "", wit_file: str = "world.wit") -> Row:
    """A row; `at` is `CASE FILE`, the file without its ending."""
    case, file = at.split()
    return Row(wit, python, case, f"{file}.py", remark, wit_file)


SCALARS = "every-type imports/values"
GUEST = "every-type exports/guest"
HOST = "every-type imports/host"
EXPORTED = "resources exports/guest"
IMPORTED = "resources imports/host"

SECTIONS: dict[str, list[Row]] = {
    "Scalars and text": [
        row("a: bool", "a: bool", at=SCALARS),
        row("b: u8", "b: int  # u8", at=SCALARS, remark="out of range raises `OverflowError`"),
        row("c: s8", "c: int  # s8", at=SCALARS),
        row("d: u16", "d: int  # u16", at=SCALARS),
        row("e: s16", "e: int  # s16", at=SCALARS),
        row("f: u32", "f: int  # u32", at=SCALARS),
        row("g: s32", "g: int  # s32", at=SCALARS),
        row("h: u64", "h: int  # u64", at=SCALARS),
        row("i: s64", "i: int  # s64", at=SCALARS),
        row("j: f32", "j: float  # f32", at=SCALARS),
        row("k: f64", "k: float", at=SCALARS),
        row("l: char", "l: str  # char", at=SCALARS, remark="one character"),
        row("m: string", "m: str", at=SCALARS),
    ],
    "Values inside of others": [
        row("raw: list<u8>", "raw: builtins.bytes", at=SCALARS, remark="`bytes`, but for a field `bytes` in the class"),
        row("matrix: list<list<f64>>", "matrix: list[list[float]]", at=SCALARS),
        row("switches: list<bool>", "switches: list[bool]", at=SCALARS),
        row("four: list<u32, 4>", "four: list[int]  # u32", at=SCALARS, remark="the length is checked"),
        row("digest: list<u8, 32>", "digest: builtins.bytes", at=SCALARS),
        row("by-name: map<string, list<u16>>", "by_name: dict[str, list[int]]  # u16", at=SCALARS),
        row("single: tuple<u32>", "single: tuple[int]  # u32", at=SCALARS),
        row("maybe: option<u32>", "maybe: int | None  # u32", at=SCALARS),
        row(
            "maybe-maybe: option<option<u32>>",
            "maybe_maybe: dovetail.Some[int | None] | None  # u32",
            at=SCALARS,
            remark="`None`, `Some(None)`, `Some(1)`",
        ),
        row("outcome: result<u32, string>", "outcome: dovetail.Ok[int] | dovetail.Err[str]  # u32", at=SCALARS),
        row("only-ok: result<u8>", "only_ok: dovetail.Ok[int] | dovetail.Err[None]  # u8", at=SCALARS),
        row("only-err: result<_, u8>", "only_err: dovetail.Ok[None] | dovetail.Err[int]  # u8", at=SCALARS),
        row("neither: result", "neither: dovetail.Ok[None] | dovetail.Err[None]", at=SCALARS),
    ],
    "Named types": [
        row(
            "record pair { left: thing, right: thing }",
            "@dataclass(frozen=True, slots=True)",
            "class Pair:",
            "left: Thing",
            "right: Thing",
            at="use-chains imports/first",
        ),
        row(
            "variant shape {",
            "class Shape_Empty:",
            "class Shape_Pair:",
            "value: tuple[int, int]  # u8, s64",
            "Shape: TypeAlias = (",
            at=SCALARS,
            remark="a dataclass for each case and their union, for `match`",
        ),
        row(
            "variant number { small(u8), signed(s8), wide(u64), wide-signed(s64), alias(count), none }",
            "class Number_Small:",
            "class Number_None_:",
            at="ints imports/values",
            remark="cases are told apart by class, whatever their payloads",
        ),
        row("enum colour { red, green, blue }", "class Colour(enum.Enum):", "RED = 0", "BLUE = 2", at=SCALARS),
        row("flags bits { one, two }", "class Bits(enum.Flag):", "ONE = 1", "TWO = 2", at="world-level __init__"),
        row("type words = list<string>", "Words: TypeAlias = list[str]", at=SCALARS),
        row("type point = tuple<f32, f32>", "Point: TypeAlias = tuple[float, float]", at=SCALARS),
        row(
            "resource file {",
            "@runtime_checkable",
            "class File(Protocol):",
            "def File(self) -> type[File]: ...",
            at=IMPORTED,
            remark="the interface gives the class as a property",
        ),
    ],
    "Functions": [
        row(
            "to-bytes: func(a: list<u8>) -> list<u8>", "def to_bytes(self, a: dovetail.Buffer) -> bytes: ...", at=GUEST
        ),
        row(
            "to-bytes: func(a: list<u8>) -> list<u8>",
            "def to_bytes(self, a: bytes, /) -> dovetail.Buffer: ...",
            at=HOST,
            remark="an import: what the host gets is exact, what it returns may be wide",
        ),
        row(
            "to-numbers: func(a: list<u32>, b: list<f64>) -> list<s16>",
            "a: Sequence[int] | dovetail.Buffer,",
            "b: Sequence[float] | dovetail.Buffer,",
            ") -> list[int]: ...",
            at=GUEST,
        ),
        row(
            "to-strings: func(a: list<string>) -> list<string>",
            "def to_strings(self, a: Sequence[str]) -> list[str]: ...",
            at=GUEST,
        ),
        row(
            "to-map: func(a: map<string, list<u8>>) -> map<u32, list<u8>>",
            "def to_map(self, a: Mapping[str, dovetail.Buffer]) -> dict[int, bytes]: ...",
            at=GUEST,
        ),
        row(
            "fail: func(value: u32) -> result<u32, u32>",
            "def fail(self, value: int) -> int:",
            '"""Raises: dovetail.Err[int]"""',
            at="ints exports/values",
            remark="the error is raised",
        ),
        row(
            "count: func() -> result<u32>",
            "def count(self) -> dovetail.Ok[int] | dovetail.Err[None]:",
            at="results-values exports/shop",
            remark="with `--results values`",
        ),
        row(
            "draw: func(picture: picture) -> result<picture, mood>",
            "class MoodRaised(dovetail.Err[Mood]):",
            "def draw(self, picture: Picture) -> Picture:",
            '"""Raises: MoodRaised"""',
            at="inline exports/studio",
            remark="an error type with a name has an exception of its own",
        ),
        row(
            "constructor(file: file)",
            "def __init__(self, file: File) -> None:",
            '"""Takes `file` (an owned handle) away from the caller."""',
            at=EXPORTED,
        ),
        row("rows: func() -> list<string>", "def rows(self) -> list[str]: ...", at=EXPORTED),
        row(
            "merge: static func(a: table, b: table, c: borrow<table>, d: list<table>) -> result<table, string>",
            "@staticmethod",
            "def merge(a: Table, b: Table, c: Table, d: Sequence[Table]) -> Table:",
            at=EXPORTED,
            remark="own and borrow are spelled alike; the docstring says what is taken",
        ),
        row("drop: func()", "def drop_(self) -> None: ...", at=EXPORTED, remark="`drop()` ends the handle itself"),
        row("p199: u32) -> u32", "p199: int,", at="long exports/things", remark="any number of parameters"),
    ],
    "The asynchronous face": [
        row(
            "export count: func(plain: plain) -> u32;",
            "class AsyncFacesAsync(dovetail.AsyncWorld):",
            "async def count(self, plain: Plain) -> int:",
            at="async-faces __init__",
            remark="with `--mode async` or `both`; `await AsyncFacesAsync(store, imports)` instantiates",
        ),
        row(
            "import log: func(message: string);",
            "log: Callable[[str], dovetail.MaybeAwaitable[None]]",
            at="async-faces __init__",
            remark="a host function may be `async def`, and need not be",
        ),
        row(
            "resource table",
            "class TableAsync(dovetail.AsyncResource, Protocol):",
            "async def copy(self, other: TableAsync) -> TableAsync: ...",
            at="async-faces exports/guest",
            remark='`async with await app.guest.Table("x") as table`',
        ),
        row(
            "open: func(path: string) -> result<file, problem>;",
            "def open(self, path: str, /) -> dovetail.MaybeAwaitable[FileAsync]:",
            at="async-faces imports/disk",
        ),
        row(
            "record holds { file: file, plain: plain }",
            "file: File | FileAsync",
            at="async-faces imports/disk",
            remark="`both` has one set of value types, for both faces",
        ),
        row(
            "wait: func(until: moment);",
            "class ClockAsync(Protocol):",
            "def wait(self, until: Moment, /) -> dovetail.MaybeAwaitable[None]: ...",
            at="async-alone imports/clock",
            remark="with `--mode async` the other face is not there",
        ),
    ],
    "Lists of numbers as buffers": [
        row(
            "shorts: func(numbers: list<s16>) -> list<s16>;",
            "def shorts( self, numbers: Sequence[int] | dovetail.Buffer, ) -> dovetail.NumberBuffer[int]: ...",
            at="number-lists exports/signals",
            remark="with `--number-lists buffer`",
        ),
        row("samples: list<f32>", "samples: dovetail.NumberBuffer[float]  # f32", at="number-lists imports/signals"),
        row(
            "rows: list<list<s32>>", "rows: list[dovetail.NumberBuffer[int]]  # s32", at="number-lists imports/signals"
        ),
        row("raw: list<u8>", "raw: bytes", at="number-lists imports/signals"),
    ],
    "Interfaces and worlds": [
        row("interface store {", "class Store(Protocol):", at="kv exports/store"),
        row(
            "interface only-types {",
            "class OnlyTypes(Protocol):",
            at="empty imports/only_types",
            remark="types alone: an empty Protocol, and no field among the imports",
        ),
        row("world bare {}", "class Bare:", at="bare __init__"),
        row(
            "import base;",
            "@dataclass(kw_only=True, slots=True)",
            "class BothSidesImports:",
            "base: BaseImport",
            at="both-sides __init__",
        ),
        row("export base;", "class BothSides:", "base: Base", at="both-sides __init__"),
        row(
            "record plain { x: u8 }",
            "from ..imports.base import (",
            at="both-sides exports/base",
            remark="a type without resources is defined once, on the import side",
        ),
        row(
            "import now: func() -> u64;",
            "now: Callable[[], int]",
            at="world-level __init__",
        ),
        row(
            "export run: func(points: points, item: item) -> result<point, failure>;",
            "def run(self, points: Sequence[Point], item: Item) -> Point:",
            "raise NotImplementedError",
            at="world-level __init__",
            remark="replaced when an instance is made",
        ),
        row(
            "resource sensor {",
            "sensor: type[Sensor]",
            at="world-level __init__",
            remark="a resource of the world itself: the host gives its class",
        ),
        row("export studio: interface {", "studio: Studio", at="inline __init__"),
        row(
            "import wasi:clocks/wall-clock@0.2.0;",
            "wall_clock: imports.wall_clock.WallClock | None = None",
            at="wasi __init__",
            remark="without an object, the engine's own WASI serves",
        ),
        row(
            "import primary: wasi:keyvalue/store@0.2.0;",
            '"""primary: wasi:keyvalue/store@0.2.0"""',
            "class Primary(Protocol):",
            at="plain-names imports/primary",
            remark="one interface under several names: an object for each",
        ),
        row(
            "include parts:kit/tools@1.2.0 with { run as run-tools }",
            "run_tools: Callable[[str], bool]",
            "def run_tools(self, tool: str) -> bool:",
            at="includes __init__",
        ),
        row(
            "package inner:shapes@2.0.0 {",
            '"""inner:shapes/shape@2.0.0"""',
            "class Shape(Protocol):",
            at="nested-packages imports/shape_2_0_0",
            remark="versions side by side: the module's name says which",
        ),
        row(
            "import other:shapes/types@0.1.0;",
            "other_shapes_types_0_1_0: OtherShapesTypes010",
            at="versions __init__",
            remark="names grow only where they would clash",
        ),
        row(
            "import maps;",
            "cases_full_names_maps_0_3_0_rc_1: CasesFullNamesMaps030Rc1Import",
            at="full-names __init__",
            remark="with `--full-names`",
        ),
        row(
            "import log;",
            "store: StoreImport",
            at="import-names __init__",
            remark="with `--import-name cases:import-names/log@0.1.0=store`",
        ),
        row(
            "use first.{thing as item, pair, failure as problem};",
            "from .origin import Thing as Item",
            "from .origin import FailureRaised as ProblemRaised",
            at="use-chains imports/second",
            remark="the same class, however long the way to it",
        ),
    ],
    "Names and documentation": [
        row("def: u32", "def_: int  # u32", at="names imports/import_", remark="keywords get a `_`"),
        row("self: u8", "self_: int  # u8", at="names imports/import_", remark="as fields, `self` and `mro` do too"),
        row(
            "%none(u8)",
            "class Payloads_None_:",
            at="keywords imports/words",
        ),
        row(
            "%print: u8",
            "print: _builtins.int  # u8",
            at="keywords imports/words",
            remark="what is built in and no keyword keeps its name",
        ),
        row(
            "%type: func() -> u32;",
            "def type(self) -> int: ...",
            "def Thing(self) -> _builtins.type[Thing]: ...",
            at="names imports/builtin_functions",
            remark="annotations reach what a member hides",
        ),
        row(
            "interface error {",
            "class ErrorInterface_(Protocol):",
            at="recursive-clashes imports/error",
            remark="who comes later gets a longer name, then a `_`: [record 6](decisions/0006-names-of-generated-modules.md)",
        ),
        row("/// The name.", '"""The name."""', at="docs imports/plain"),
        row("/// Does it.", '"""Does it.        With a tab.', at="docs imports/plain"),
        row("@since(version = 1.2.0)", '"""Since 1.2.0."""', at="stability imports/history"),
        row(
            "@deprecated(version = 1.2.0)",
            '@dovetail.deprecated("since 1.2.0")',
            '"""Deprecated since 1.2.0."""',
            at="stability imports/history",
            remark="type checkers warn about calls; types have the line alone",
        ),
        row(
            "@unstable(feature = plainer)",
            "Unstable: feature `plainer`. Deprecated since 1.3.0.",
            at="stability-features imports/history",
            remark="left out unless `--features` names the feature",
        ),
        row(
            "g: func() -> result<u32, blame>;",
            '"""Raises: dovetail.Err[Blame]"""',
            at="errors imports/kinds",
            remark="an error that is a resource",
        ),
    ],
}


def code(text: str) -> str:
    """Text as code in a table's cell."""
    fence = "``" if "`" in text else "`"
    padded = f" {text} " if "`" in text else text
    return fence + padded.replace("|", "\\|") + fence


def page() -> str:
    """The page's text."""
    lines = [
        "# What WIT becomes in Python",
        "",
        "<!-- Written by tests/codegen/constructs.py; the tests check each row against the goldens. -->",
        "",
        "The left column is WIT, the middle one what a generated package says. Each row comes from a case of `tests/codegen`, which is",
        "generated, compared with its golden, type-checked and run; the link leads to the golden. [The guide](guide.md) shows how",
        "the values are used.",
    ]
    for title, rows in SECTIONS.items():
        lines += ["", f"## {title}", "", "| WIT | Python | |", "|---|---|---|"]
        for row in rows:
            python = "<br>".join(code(line) for line in row.python)
            link = f"[{row.case}](../tests/codegen/{row.case}/expected/{row.file})"
            remark = f"{row.remark} ({link})" if row.remark else link
            lines.append(f"| {code(row.wit)} | {python} | {remark} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page())
    sys.stdout.write(f"wrote {PAGE}\n")
