"""Trials as files: WIT text, and values as JSON.

    {"about": "why it is kept", "wit": ["record d0 { a: u8 }"], "type": "list<d0>", "encoding": "utf8",
     "rounds": [{"value": [[1]], "reply": [], "start": 0, "moves": false, "fault": null, "damages": []}]}

Floats are text (`nan`, `-0.0`), a case of a variant, enum, option or result is `{"case": 1}` or `{"case": 1, "value": ...}`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from canonical.layout import Handle, Product, Run, Scalar, Sum, Text, despecialize
from canonical.value import Case, Value
from canonical.wit import (
    Borrow,
    Definition,
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
    declaration,
    definitions,
    text,
)

from .allocator import Fault
from .strategies import Damage, Round, Trial


def write(trial: Trial, about: str) -> str:
    """The text of a kept trial's file."""
    document = {
        "about": about,
        "wit": [declaration(definition) for definition in definitions(trial.ty)],
        "type": text(trial.ty),
        "encoding": trial.encoding,
        "rounds": [
            {
                "value": to_json(trial.ty, round.value),
                "reply": to_json(trial.ty, round.reply),
                "start": round.start,
                "moves": round.moves,
                "fault": None if round.fault is None else {"at": round.fault.at, "far": round.fault.far},
                "damages": [[damage.place, damage.number, damage.width] for damage in round.damages],
            }
            for round in trial.rounds
        ],
    }
    lines = [f"  {json.dumps(key)}: {json.dumps(part)}" for key, part in document.items() if key != "rounds"]
    rounds = ",\n".join(f"    {json.dumps(round)}" for round in cast("list[Any]", document["rounds"]))
    return "{\n" + ",\n".join([*lines, f'  "rounds": [\n{rounds}\n  ]']) + "\n}\n"


def read(path: Path) -> Trial:
    """The trial of a file."""
    document = json.loads(path.read_text())
    ty = parse(document["wit"], document["type"])
    rounds = tuple(
        Round(
            from_json(ty, found["value"]),
            from_json(ty, found["reply"]),
            found["start"],
            found["moves"],
            None if found["fault"] is None else Fault(**found["fault"]),
            tuple(Damage(*damage) for damage in found["damages"]),
        )
        for found in document["rounds"]
    )
    return Trial(ty, document["encoding"], rounds)


def to_json(ty: Type, value: Value) -> Any:
    """A value as JSON has it."""
    match despecialize(ty):
        case Scalar() if isinstance(value, float):
            return repr(value)
        case Scalar() | Text() | Handle():
            return value
        case Run(element, _):
            return [to_json(element, item) for item in cast("list[Value]", value)]
        case Product(parts):
            items = cast("tuple[Value, ...]", value)
            return [to_json(part, item) for part, item in zip(parts, items, strict=True)]
        case Sum(payloads):
            number, payload = cast("Case", value)
            part = payloads[number]
            return (
                {"case": number} if part is None else {"case": number, "value": to_json(part, cast("Value", payload))}
            )


def from_json(ty: Type, found: Any) -> Value:
    """The value of its JSON."""
    match despecialize(ty):
        case Scalar(_, "f32" | "f64"):
            number = float(found)
            return math.nan if math.isnan(number) else number
        case Scalar() | Text() | Handle():
            return cast("Value", found)
        case Run(element, _):
            return [from_json(element, item) for item in found]
        case Product(parts):
            return tuple(from_json(part, item) for part, item in zip(parts, found, strict=True))
        case Sum(payloads):
            part = payloads[found["case"]]
            return Case(found["case"], None if part is None else from_json(part, found["value"]))


def parse(declarations: list[str], used: str) -> Type:
    """The type of WIT text, after the declarations that it needs."""
    known: dict[str, Definition] = {}
    for line in declarations:
        definition = _Parser(line, known).definition()
        known[definition.name] = definition
    return _Parser(used, known).type()


class _Parser:
    """Reads one declaration or one type."""

    def __init__(self, line: str, known: dict[str, Definition]) -> None:
        self.tokens: Iterator[str] = iter([*re.findall(r"[\w-]+|[<>{}(),:]", line), ""])
        self.token = next(self.tokens)
        self.known = known

    def take(self) -> str:
        """The token that stands here."""
        token, self.token = self.token, next(self.tokens, "")
        return token

    def skip(self, *wanted: str) -> bool:
        """Whether this token stood here, which is behind us then."""
        if self.token not in wanted:
            return False
        self.take()
        return True

    def expect(self, wanted: str) -> None:
        """What must stand here."""
        found = self.take()
        assert found == wanted, f"expected `{wanted}`, found `{found}`"

    def definition(self) -> Definition:
        """One declaration."""
        keyword, name = self.take(), self.take()
        self.expect("{")
        rows: list[tuple[str, Type | None]] = []
        while not self.skip("}"):
            label, part = self.take(), None
            if self.skip(":"):
                part = self.type()
            elif self.skip("("):
                part = self.type()
                self.expect(")")
            rows.append((label, part))
            self.skip(",")
        match keyword:
            case "record":
                return Record(name, tuple((label, part) for label, part in rows if part is not None))
            case "variant":
                return Variant(name, tuple(rows))
            case "enum":
                return Enumeration(name, tuple(label for label, _ in rows))
            case "flags":
                return Flags(name, tuple(label for label, _ in rows))
        raise AssertionError(f"`{keyword}` declares nothing")

    def type(self) -> Type:
        """One type."""
        word = self.take()
        parts = self.arguments()
        match word, parts:
            case "list", [element]:
                return List(_whole(element))
            case "list", [element, int() as length]:
                return List(_whole(element), length)
            case "map", [key, value]:
                return Map(_whole(key), _whole(value))
            case "tuple", _:
                return Tuple(tuple(map(_whole, parts)))
            case "option", [some]:
                return Option(_whole(some))
            case "result", _:
                ok, error, *_ = [*parts, None, None]
                return Result(_maybe(ok), _maybe(error))
            case "own", [str() as resource]:
                return Own(resource)
            case "borrow", [str() as resource]:
                return Borrow(resource)
        return self.known[word] if word in self.known else Primitive(word)

    def arguments(self) -> list[Type | int | str | None]:
        """What stands between angle brackets: types, a length, `_`, or the name of a resource."""
        found: list[Type | int | str | None] = []
        if not self.skip("<"):
            return found
        while not self.skip(">"):
            if self.token.isdecimal():
                found.append(int(self.take()))
            elif self.skip("_"):
                found.append(None)
            elif self.token == "res":
                found.append(self.take())
            else:
                found.append(self.type())
            self.skip(",")
        return found


def _maybe(part: Type | int | str | None) -> Type | None:
    return None if part is None else _whole(part)


def _whole(part: Type | int | str | None) -> Type:
    assert part is not None and not isinstance(part, int | str), part
    return part
