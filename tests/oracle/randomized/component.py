"""Makes the component that echoes values of some types, from the templates beside this file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from canonical.layout import alignment, signature, size
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
    contains,
    definitions,
)

RESULT_SLOT = 20


@dataclass(frozen=True)
class Probe:
    """One type in a component. Its functions and definitions have its number in their names."""

    number: int
    ty: Type
    encoding: str

    @property
    def borrows(self) -> bool:
        """Whether values can only be arguments."""
        return contains(self.ty, Borrow)

    def name(self, definition: Definition) -> str:
        """What the component calls a definition of this type: two types may use one name for different things."""
        return f"t{self.number}-{definition.name}"


def component(probes: Sequence[Probe]) -> str:
    """The component's text."""
    return template("guest.wat", probes, {})


def template(name: str, probes: Sequence[Probe], words: Mapping[str, str]) -> str:
    """A template of this folder, with what its types add to it and with further words."""
    folder = Path(__file__).parent
    sections = _sections((folder / "functions.wat").read_text())
    gathered: dict[str, list[str]] = {}
    for probe in probes:
        gathered.setdefault("types", []).extend(_types(probe))
        for section, text in sections.items():
            target = section.partition("-resulting")[0].partition("-borrowing")[0]
            if section.endswith("-resulting") and probe.borrows:
                continue
            if target == "imports" and section.endswith("-borrowing") != probe.borrows:
                continue
            gathered.setdefault(target, []).append(_fill(text, _words(probe)))
    return _fill((folder / name).read_text(), {**{key: "\n".join(parts) for key, parts in gathered.items()}, **words})


def _sections(text: str) -> dict[str, str]:
    """The parts of the template, by the names on their `;;;` lines."""
    pieces = re.split(r"^;;; ([\w-]+)\n", text, flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def _fill(template: str, words: Mapping[str, str]) -> str:
    return re.sub(r"\{\{([\w-]+)\}\}", lambda match: words.get(match[1], match[0]), template)


def _words(probe: Probe) -> dict[str, str]:
    """What stands for the placeholders of one type."""
    ty = probe.ty
    result = None if probe.borrows else ty
    lifted = signature([ty], result, lowered=False)
    lowered = signature([ty], result, lowered=True)
    import_call = f"(call $host{probe.number} {_gets(lowered.params)})"
    if lowered.results:
        [core] = lowered.results
        import_call = f"(call $put_{core} (i32.const {RESULT_SLOT}) {import_call})"
    return {
        "n": str(probe.number),
        "type": component_type(probe, ty),
        "encoding": probe.encoding,
        "taken-params": _cores("param", lifted.params),
        "put-params": " ".join(
            f"(call $put_{core} (i32.const {place}) (local.get {place}))" for place, core in enumerate(lifted.params)
        ),
        "lowered-signature": f"{_cores('param', lowered.params)} {_cores('result', lowered.results)}",
        "call-import": import_call,
        "result": "".join(lifted.results),
        "echo": _echo(probe, lifted.params, lowered.results_spilled),
    }


def _gets(cores: Iterable[str]) -> str:
    return " ".join(f"(call $get_{core} (i32.const {place}))" for place, core in enumerate(cores))


def _cores(word: str, cores: Sequence[str]) -> str:
    return f"({word} {' '.join(cores)})" if cores else ""


def _echo(probe: Probe, params: Sequence[str], spilled: bool) -> str:
    """Hands the parameters on; where the result is spilled, into new memory, whose address is what an export returns."""
    arguments = " ".join(f"(local.get {place})" for place in range(len(params)))
    if not spilled:
        return f"(call $host{probe.number} {arguments})"
    room = f"(i32.const {alignment(probe.ty)}) (i32.const {size(probe.ty)})"
    return (
        f"(local $target i32) (local.set $target (call $realloc (i32.const 0) (i32.const 0) {room}))"
        f" (call $host{probe.number} {arguments} (local.get $target)) (local.get $target)"
    )


def _types(probe: Probe) -> list[str]:
    """The definitions of a type, each imported by its name as worlds do it."""
    return [
        f"(type ${probe.name(definition)}-structure {_structure(probe, definition)})"
        f' (import "{probe.name(definition)}" (type ${probe.name(definition)} (eq ${probe.name(definition)}-structure)))'
        for definition in definitions(probe.ty)
    ]


def _structure(probe: Probe, ty: Definition) -> str:
    match ty:
        case Record(_, fields):
            inner = " ".join(f'(field "{label}" {component_type(probe, field)})' for label, field in fields)
            return f"(record {inner})"
        case Variant(_, cases):
            inner = " ".join(
                f'(case "{label}")' if payload is None else f'(case "{label}" {component_type(probe, payload)})'
                for label, payload in cases
            )
            return f"(variant {inner})"
        case Enumeration(_, labels):
            return f"(enum {' '.join(map(_quoted, labels))})"
        case Flags(_, labels):
            return f"(flags {' '.join(map(_quoted, labels))})"


def _quoted(label: str) -> str:
    return f'"{label}"'


def component_type(probe: Probe, ty: Type) -> str:
    """A type as the component's text writes it where it is used."""

    def inner(part: Type) -> str:
        return component_type(probe, part)

    match ty:
        case Primitive():
            return ty.value
        case List(element, length):
            return f"(list {inner(element)}{'' if length is None else f' {length}'})"
        case Map(key, value):
            return f"(map {inner(key)} {inner(value)})"
        case Tuple(parts):
            return f"(tuple {' '.join(map(inner, parts))})"
        case Option(some):
            return f"(option {inner(some)})"
        case Result(ok, error):
            first = "" if ok is None else f" {inner(ok)}"
            return f"(result{first}{'' if error is None else f' (error {inner(error)})'})"
        case Record() | Variant() | Enumeration() | Flags():
            return f"${probe.name(ty)}"
        case Own(resource):
            return f"(own ${resource})"
        case Borrow(resource):
            return f"(borrow ${resource})"
