"""Self-hosting: the generator as a component on our engine writes the same bytes as the native generator."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from dovetail import bindgen

ROOT = Path(__file__).resolve().parents[2]
GENERATOR = ROOT / "target/generator/bindgen.wasm"


def files_below(folder: Path) -> dict[str, bytes]:
    """The contents of every file, by its path."""
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def native(component: Path, output: Path) -> dict[str, bytes]:
    """What the native generator writes."""
    program = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug/bindgen"
    subprocess.run([program, component, "--out-dir", output], check=True, timeout=600)
    return files_below(output)


def test_the_generator_generates_itself() -> None:
    package = bindgen.generate(GENERATOR.read_bytes(), name="bindgen")
    committed = files_below(ROOT / "generated")
    assert package.files == {name: committed.get(name) for name in package.files}
    assert {name for name in committed if name.endswith(".py")} <= package.files.keys()


@pytest.mark.parametrize("name", ["kv", "everything", "market", "notes", "hexyl"])
def test_native_and_component_agree(name: str, guest: Callable[[str], Path], tmp_path: Path) -> None:
    output = tmp_path / name
    expected = native(guest(name), output)
    package = bindgen.generate(guest(name).read_bytes(), name=name)
    assert package.files.keys() == expected.keys()
    for path, contents in expected.items():
        assert package.files[path] == contents, path


def test_files_of_a_package(guest: Callable[[str], Path], tmp_path: Path) -> None:
    written = native(guest("kv"), tmp_path / "kv")
    assert {
        "__init__.py",
        "exports/__init__.py",
        "exports/store.py",
        "imports/__init__.py",
        "imports/host_log.py",
        "imports/types.py",
    } <= written.keys()
    assert {f"kv.core{number}.wasm" for number in range(4)} | {
        "kv.plan.json",
        "py.typed",
    } <= written.keys()


def test_nothing_is_read_from_outside(guest: Callable[[str], Path]) -> None:
    component = guest("kv").read_bytes()
    first, second = (bindgen.generate(component, name="kv") for _ in range(2))
    assert first.files == second.files
