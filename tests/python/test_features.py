"""What `Config` switches on and off: the proposals that validation accepts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dovetail import CompileError, Config, Engine, Instance, Limits, Memory, MemoryType, Module, Store, wat2wasm
from dovetail.component import Component

GUESTS = Path(__file__).parent / "guests" / "features"

SWITCHES: dict[str, tuple[Callable[[bool], Config], str, bool]] = {
    "simd": (lambda on: Config(wasm_simd=on), "SIMD", True),
    "multi-memory": (lambda on: Config(wasm_multi_memory=on), "multiple memories", True),
    "memory64": (lambda on: Config(wasm_memory64=on), "memory64", True),
    "component": (lambda on: Config(wasm_component_model=on), "component", True),
    "map": (lambda on: Config(wasm_component_model_map=on), "map", True),
    "implements": (lambda on: Config(wasm_component_model_implements=on), "implements", True),
    "external-id": (lambda on: Config(wasm_component_model_implements=on), "implements", True),
    "fixed-length-lists": (lambda on: Config(wasm_component_model_fixed_length_lists=on), "fixed", True),
    "component-memory64": (lambda on: Config(wasm_component_model_memory64=on), "i64", True),
    "values": (lambda on: Config(wasm_component_model_values=on), "value", False),
}
"""By guest: the configuration, what the refusal names, and the default."""

CORE = {"simd", "multi-memory", "memory64"}


def compile_guest(name: str, config: Config) -> None:
    """Validates and compiles a guest of the folder."""
    binary = wat2wasm((GUESTS / f"{name}.wat").read_text(encoding="utf-8"))
    if name in CORE:
        Module(Engine(config), binary)
    else:
        Component(Engine(config), binary)


@pytest.mark.parametrize("name", SWITCHES)
def test_a_proposal_that_is_on_is_accepted(name: str) -> None:
    """What uses the proposal compiles."""
    make, _, _ = SWITCHES[name]
    compile_guest(name, make(True))


@pytest.mark.parametrize("name", SWITCHES)
def test_a_proposal_that_is_off_is_refused_by_name(name: str) -> None:
    """What uses the proposal is bad input, and the message says why."""
    make, message, _ = SWITCHES[name]
    with pytest.raises(CompileError, match=message):
        compile_guest(name, make(False))


@pytest.mark.parametrize("name", SWITCHES)
def test_the_default_is_the_documented_one(name: str) -> None:
    """The table of the guide."""
    _, _, default = SWITCHES[name]
    if default:
        compile_guest(name, Config())
    else:
        with pytest.raises(CompileError):
            compile_guest(name, Config())


def test_code_of_other_switches_is_not_taken_from_the_cache(tmp_path: Path) -> None:
    """A module that was compiled with a proposal stays refused without it."""
    binary = wat2wasm((GUESTS / "memory64.wat").read_text(encoding="utf-8"))
    Module(Engine(Config(cache=tmp_path)), binary)
    with pytest.raises(CompileError, match="memory64"):
        Module(Engine(Config(cache=tmp_path, wasm_memory64=False)), binary)


def test_code_is_interruptible_unless_the_switch_says_otherwise() -> None:
    """Serialized code says which it is, and is refused by an engine of the other kind."""
    assert Config().interruptible
    engines = {on: Engine(Config(cache=False, interruptible=on)) for on in (True, False)}
    code = {on: Module.from_file(engine, GUESTS / "simd.wat").serialize() for on, engine in engines.items()}
    Module.deserialize(Engine(), code[True])
    for on, name in {True: "on", False: "off"}.items():
        Module.deserialize(Engine(Config(cache=False, interruptible=on)), code[on])
        with pytest.raises(ValueError, match=f"compiled with `interruptible` {name}, and this engine has it"):
            Module.deserialize(engines[not on], code[on])


def test_a_64_bit_memory_is_a_buffer_like_any_other() -> None:
    """It says that it has 64 bits, grows to its maximum, and can be read and written."""
    store = Store(Engine())
    module = Module.from_file(store.engine, GUESTS / "memory64.wat")
    exports = Instance(store, module, []).exports(store)
    memory, grow = exports["memory"], exports["grow"]
    assert isinstance(memory, Memory)
    assert memory.type(store) == MemoryType(Limits(1, 3), is_64=True)
    assert memory.grow(store, 1) == 1
    assert grow(store, 2) == -1  # type: ignore[operator]
    assert grow(store, 1) == 2  # type: ignore[operator]
    assert memory.write(store, b"end", 3 * 65536 - 3) == 3
    assert bytes(memoryview(memory)[-3:]) == b"end"
    with pytest.raises(IndexError):
        memory.write(store, b"end", 3 * 65536 - 2)


def test_memories_that_the_engine_does_not_accept_cannot_be_made() -> None:
    """The host's own memories too."""
    wide = MemoryType(Limits(1, None), is_64=True)
    store = Store(Engine())
    assert Memory(store, wide).size(store) == 1
    with pytest.raises(ValueError, match="memory64"):
        Memory(Store(Engine(Config(wasm_memory64=False))), wide)


@pytest.mark.parametrize(
    "setting, value, raised, text",
    [
        ("max_wasm_stack", -1, ValueError, "`max_wasm_stack`: expected a number of bytes, got -1"),
        ("max_wasm_stack", "8", TypeError, "`max_wasm_stack`: expected a number of bytes, got str"),
        ("cache_limit", -5, ValueError, "`cache_limit`: expected a number of bytes, got -5"),
        ("cache_limit", 2**64, ValueError, "`cache_limit`: expected a number of bytes, got 18446744073709551616"),
        ("interruptible", "x", TypeError, "`interruptible`: expected True or False, got str"),
        ("wasm_simd", None, TypeError, "`wasm_simd`: expected True or False, got NoneType"),
        ("cache", 3, TypeError, "`cache`: expected a directory, True or False, got int"),
    ],
)
def test_settings_of_the_wrong_kind(setting: str, value: Any, raised: type[Exception], text: str) -> None:
    config = Config(**{setting: value})
    with pytest.raises(raised) as caught:
        Engine(config)
    assert str(caught.value) == text
