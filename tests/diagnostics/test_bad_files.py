"""Truncated, random and hostile files: a `CompileError` or `LinkError` with a reason, never a crash and never an engine bug."""

from __future__ import annotations

import importlib
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from dovetail import (
    CompileError,
    DovetailError,
    Engine,
    EngineBug,
    Module,
    Store,
    Trap,
    bindgen,
    wat2wasm,
)
from dovetail.component import Component, Linker


def attempt(engine: Engine, binary: bytes) -> str:
    """Compiles and instantiates a component that may be anything; returns what came of it."""
    try:
        component = Component(engine, binary)
        with Store(engine) as store:
            linker = Linker(engine)
            linker.define_unknown_imports_as_traps(component)
            linker.instantiate(store, component)
    except EngineBug:
        raise
    except Trap:
        return "trap"
    except DovetailError as error:
        assert str(error).strip(), "an error has a text"
        return type(error).__name__
    return "accepted"


def mutations(original: bytes, count: int, seed: int) -> list[bytes]:
    """Copies of a component with bytes changed, removed, repeated or cut off."""
    source = random.Random(seed)
    made: list[bytes] = []
    for number in range(count):
        copy = bytearray(original)
        for _ in range(source.randint(1, 4)):
            place = source.randrange(8, len(copy))
            match source.randrange(5):
                case 0:
                    copy[place] ^= 1 << source.randrange(8)
                case 1:
                    copy[place] = source.randrange(256)
                case 2:
                    del copy[place : place + source.randint(1, 64)]
                case 3:
                    copy[place:place] = copy[place : place + source.randint(1, 64)]
                case _:
                    # Indices, counts and lengths are near the front and in the component's own sections.
                    place = source.randrange(8, min(len(copy), 4096))
                    copy[place] = source.choice([0, 1, 0x7F, 0x80, 0xFF])
        if number % 10 == 0:
            del copy[source.randrange(8, len(copy)) :]
        made.append(bytes(copy))
    return made


@pytest.mark.parametrize("seed", range(4))
def test_mutated_components_give_errors(guest: Callable[[str], Path], seed: int) -> None:
    """Four times fifty copies of a real component."""
    engine = Engine()
    outcomes = [attempt(engine, binary) for binary in mutations(guest("kv").read_bytes(), 50, seed)]
    assert outcomes.count("CompileError") > 25
    assert "EngineBug" not in outcomes


def test_the_generator_refuses_mutated_components(guest: Callable[[str], Path]) -> None:
    for binary in mutations(guest("kv").read_bytes(), 20, 99):
        try:
            bindgen.generate(binary, name="kv")
        except CompileError as error:
            assert str(error).strip()


@pytest.mark.parametrize(
    "binary",
    [
        b"",
        b"\0",
        b"\0asm",
        b"\0asm\x01\0\0\0\x01",
        b"\0asm\x0d\0\x01\0\xff",
        b"\x7fELF",
        bytes(1000),
        b"\xff" * 64,
    ],
)
def test_no_wasm_at_all(binary: bytes) -> None:
    engine = Engine()
    with pytest.raises(CompileError):
        Component(engine, binary)
    with pytest.raises(CompileError):
        Module(engine, binary)
    with pytest.raises(CompileError):
        bindgen.generate(binary)


def test_a_core_module_is_not_a_component_and_the_other_way_round(
    guest: Callable[[str], Path],
) -> None:
    engine = Engine()
    with pytest.raises(CompileError, match="core module"):
        Component(engine, wat2wasm("(module)"))
    with pytest.raises(CompileError, match="component"):
        Module(engine, guest("kv").read_bytes())
    with pytest.raises(CompileError, match="core module"):
        bindgen.generate(wat2wasm("(module)"))


def test_truncated_at_every_thousandth_byte(guest: Callable[[str], Path]) -> None:
    engine = Engine()
    whole = guest("kv").read_bytes()
    for length in range(0, len(whole), 1000):
        with pytest.raises(CompileError):
            Component(engine, whole[:length])


@pytest.mark.parametrize("wrong", [None, 3, ["list"]])
def test_wrong_type_for_the_bytes(wrong: object) -> None:
    with pytest.raises(TypeError):
        Module(Engine(), wrong)  # type: ignore[arg-type]


def test_text_that_is_not_wat() -> None:
    with pytest.raises(CompileError) as caught:
        wat2wasm("(module\n  (func $f (oops)))")
    assert "2:" in str(caught.value) or "line 2" in str(caught.value)


def test_a_damaged_binding_is_refused(
    guest: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names that do not fit their types are the file's fault, and are told with the file's name."""
    package = tmp_path / "damaged"
    bindgen.write(bindgen.generate(guest("kv").read_bytes(), name="damaged"), package)
    path = package / "damaged.plan.json"
    plan = json.loads(path.read_text())
    record = next(face for face in plan["binding"]["faces"] if isinstance(face, dict) and "Record" in face)
    record["Record"]["fields"].pop()
    path.write_text(json.dumps(plan))
    monkeypatch.syspath_prepend(str(tmp_path))
    damaged = importlib.import_module("damaged")
    with Store() as store, pytest.raises(CompileError, match="`damaged.plan.json` is damaged: record {"):
        damaged.Damaged(store, damaged.DamagedImports(host_log=object()))
