"""Every keyword, built-in function and dunder-like name: as field, case, flag, parameter, function, method and interface."""

from __future__ import annotations

import builtins
import dataclasses
import keyword
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from dovetail import Store

FIXED = {"mro": "mro_", "self": "self_"}


def python(word: str) -> str:
    """How a word of WIT is spelled as a field."""
    return FIXED.get(word, word + "_" if keyword.iskeyword(word) else word)


def functions(protocol: type) -> list[str]:
    """The functions that a Protocol declares."""
    return [name for name, value in vars(protocol).items() if callable(value) and not name.startswith("_")]


@pytest.fixture(scope="module")
def world(case: ModuleType, part: Callable[[str], ModuleType]) -> Any:
    methods = part("imports.methods")

    def initialize(self: Any, value: int) -> None:
        self._number = value

    members: dict[str, Any] = {
        name: (lambda self, number: self._number + number) for name in functions(methods.Import) if name != "self"
    }
    members |= {"__init__": initialize, "self": lambda self: self._number}
    world_functions = {
        name: (lambda value: value)
        for name in case.KeywordsImports.__annotations__
        if name not in ("words", "functions", "methods", "classes")
    }
    classes = part("imports.classes")

    def fail(kind: Any) -> Any:
        raise classes.ValueErrorRaised(kind)

    imports = case.KeywordsImports(
        words=SimpleNamespace(
            all_fields=lambda fields: fields,
            all_cases=lambda cases: cases,
            all_payloads=lambda payloads: payloads,
            all_bits=lambda bits: bits,
            all_parameters=lambda *numbers: sum(numbers),
        ),
        functions=SimpleNamespace(
            **{name: (lambda value: value + 1) for name in functions(part("imports.functions").Functions)}
        ),
        methods=SimpleNamespace(Import=type("Import", (), members)),
        classes=SimpleNamespace(fail=fail),
        **world_functions,
    )
    return case.Keywords(Store(), imports)


def test_the_words_are_pythons(part: Callable[[str], ModuleType]) -> None:
    fields = {field.name for field in dataclasses.fields(part("exports.words").Fields)}
    lower = {word.lower() for word in keyword.kwlist}
    assert {python(word) for word in lower} <= fields
    missing = {name for name in dir(builtins) if name.islower() and not name.startswith("_")} - fields
    # What the interpreter of the moment or its `site` module adds.
    assert missing <= {"aiter", "anext", "copyright", "credits", "exit", "license", "quit"}


def test_fields_cases_and_flags(world: Any, part: Callable[[str], ModuleType]) -> None:
    words = part("exports.words")
    names = [field.name for field in dataclasses.fields(words.Fields)]
    value = words.Fields(**{name: number % 256 for number, name in enumerate(names)})
    assert world.words.all_fields(value) == value
    assert (value.self_, value.mro_, value.none, value.print) == tuple(
        names.index(name) % 256 for name in ("self_", "mro_", "none", "print")
    )
    assert world.words.all_cases(list(words.Cases)) == list(words.Cases)
    classes = [getattr(words, name) for name in words.__all__ if name.startswith("Payloads_")]
    payloads = [cls(number % 256) for number, cls in enumerate(classes)]
    assert len(payloads) == len(names)
    assert world.words.all_payloads(payloads) == payloads
    assert words.Payloads_None_ in classes
    every = words.Bits.CLASS | words.Bits.NONE
    assert world.words.all_bits(every) == every


def test_parameters_by_keyword(world: Any, part: Callable[[str], ModuleType]) -> None:
    names = [field.name for field in dataclasses.fields(part("exports.words").Fields)]
    parameters = ["mro" if name == "mro_" else name for name in names]
    assert world.words.all_parameters(**dict.fromkeys(parameters, 1)) == len(names)


def test_functions_and_methods(world: Any, part: Callable[[str], ModuleType]) -> None:
    names = functions(part("exports.functions").Functions)
    assert len(names) > 120
    for name in names:
        assert getattr(world.functions, name)(4) == 5, name
    with world.methods.Import(10) as resource:
        for name in functions(part("exports.methods").Import):
            if name == "self":
                assert resource.self() == 10
            else:
                assert getattr(resource, name)(1) == 11, name


def test_interfaces_and_functions_of_the_world(world: Any) -> None:
    for name in ("self", "none", "print", "str", "list", "match", "case", "type", "class_", "import_", "async_"):
        interface = getattr(world, name)
        assert getattr(interface, name)(7) in (7, 8), name
    assert world.abs(3) == 3
    assert world.eval(3) == 3


def test_classes_named_like_exceptions(world: Any, part: Callable[[str], ModuleType]) -> None:
    classes = part("exports.classes")
    with pytest.raises(classes.ValueErrorRaised) as caught:
        world.classes.fail(classes.ValueError.A)
    assert caught.value.value is classes.ValueError.A
