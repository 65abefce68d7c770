"""The code cache: what is compiled once is mapped from a file the next time, and a damaged file costs only time."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from dovetail import Config, Engine, Instance, Module, Store, wat2wasm
from dovetail.component import Component

WASM = wat2wasm(
    (Path(__file__).parents[1] / "guests/arithmetic.wat")
    .read_bytes()
    .replace(b'(import "environment" "notice" (func $notice (param i32)))', b"(func $notice (param i32))")
)


def entries(directory: Path) -> list[Path]:
    """The files of a cache."""
    return sorted(path for path in directory.rglob("*") if path.is_file())


def add(engine: Engine) -> int:
    """Compiles the module and calls it."""
    with Store(engine) as store:
        exports = Instance(store, Module(engine, WASM), []).exports(store)
        result: int = exports["add"](store, 40, 2)
        return result


def test_the_second_load_maps_the_file(tmp_path: Path) -> None:
    config = Config(cache=tmp_path)
    assert add(Engine(config)) == 42
    [entry] = entries(tmp_path)
    written = entry.stat().st_mtime_ns
    engine = Engine(config)
    module = Module(engine, WASM)
    assert str(entry) in Path("/proc/self/maps").read_text()
    assert entry.stat().st_mtime_ns == written
    del module
    assert add(engine) == 42


def test_other_bytes_and_other_settings_are_kept_apart(tmp_path: Path) -> None:
    add(Engine(Config(cache=tmp_path)))
    add(Engine(Config(cache=tmp_path, wasm_simd=False)))
    assert len(entries(tmp_path)) == 2
    Module(Engine(Config(cache=tmp_path)), wat2wasm("(module)"))
    assert len(entries(tmp_path)) == 3


@pytest.mark.parametrize("damage", ["truncated", "changed", "emptied"])
def test_a_damaged_entry_is_compiled_again(tmp_path: Path, damage: str) -> None:
    config = Config(cache=tmp_path)
    add(Engine(config))
    [entry] = entries(tmp_path)
    contents = entry.read_bytes()
    middle = len(contents) // 2
    flipped = contents[:middle] + bytes([contents[middle] ^ 0xFF]) + contents[middle + 1 :]
    # A new file: the old one may be mapped.
    entry.unlink()
    entry.write_bytes({"truncated": contents[:middle], "changed": flipped, "emptied": b""}[damage])
    assert add(Engine(config)) == 42


def test_off_means_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOVETAIL_CACHE", str(tmp_path))
    add(Engine(Config(cache=False)))
    assert entries(tmp_path) == []
    add(Engine())
    assert len(entries(tmp_path)) == 1
    monkeypatch.setenv("DOVETAIL_CACHE", "0")
    add(Engine())
    assert len(entries(tmp_path)) == 1


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a directory")
    assert add(Engine(Config(cache=blocked))) == 42
    assert blocked.read_text() == "not a directory"


def test_components_are_cached_too(tmp_path: Path, guest: Callable[[str], Path]) -> None:
    binary = guest("kv").read_bytes()
    Component(Engine(Config(cache=tmp_path)), binary)
    before = {path: path.stat().st_mtime_ns for path in entries(tmp_path)}
    assert before
    Component(Engine(Config(cache=tmp_path)), binary)
    assert {path: path.stat().st_mtime_ns for path in entries(tmp_path)} == before


def test_processes_do_not_disturb_each_other(tmp_path: Path) -> None:
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            os._exit(0 if add(Engine(Config(cache=tmp_path))) == 42 else 1)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
    assert len(entries(tmp_path)) == 1
