"""Every golden of tests/codegen, the package that the generator wrote of itself, and what it makes of the WIT in the tests of wit-parser
and wit-component (`cargo test -p bindgen --test resolved` writes it): typed, formatted and importable."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
import typing
from pathlib import Path
from types import ModuleType

import checkers
import pytest

ROOT = Path(__file__).resolve().parents[2]
GOLDENS = sorted((ROOT / "tests/codegen").glob("*/expected"))
RESOLVED = sorted((ROOT / "target/resolved").glob("*"))
PACKAGES = (
    {f"golden_{path.parent.name.replace('-', '_')}": path for path in GOLDENS}
    | {"golden_generated": ROOT / "generated"}
    | {f"resolved_{path.name}": path for path in RESOLVED}
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every package."""
    folder = tmp_path_factory.mktemp("goldens")
    for name, path in PACKAGES.items():
        shutil.copytree(path, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.wasm", "*.json"))
    sys.path.insert(0, str(folder))
    return folder


def test_there_are_goldens() -> None:
    assert len(GOLDENS) >= 20
    assert len(RESOLVED) > 150, "run `cargo test -p bindgen --test resolved`"


def test_mypy_accepts_them(project: Path) -> None:
    assert checkers.mypy(project) == {}


def test_pyright_accepts_them(project: Path) -> None:
    assert checkers.pyright(project) == {}


def test_they_are_formatted(project: Path) -> None:
    command = [sys.executable, "-m", "ruff", "format", "--check", "--isolated", str(project)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", PACKAGES)
def test_they_can_be_imported_and_their_types_found(project: Path, name: str) -> None:
    root = project / name
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(project).with_suffix("").parts
        module = importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
        for item in vars(module).values():
            if isinstance(item, type) and item.__module__ == module.__name__:
                resolve_types(module, item)


def resolve_types(module: ModuleType, cls: type) -> None:
    """Asks for the types of a class and of its methods."""
    typing.get_type_hints(cls)
    for member in vars(cls).values():
        function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
        if callable(function) and getattr(function, "__module__", None) == module.__name__:
            typing.get_type_hints(function)
