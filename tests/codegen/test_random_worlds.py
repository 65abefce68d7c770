"""Worlds with the most awkward names: their packages are typed, formatted, imported, and bound to hosts that are made from the Protocols."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
import typing
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import random_worlds
from dovetail import Store, bindgen

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/typing"))
import checkers  # noqa: E402

SEEDS = range(40)
XTASK = ROOT / "target/debug/xtask"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a package for each world that WIT allows."""
    sources, packages = tmp_path_factory.mktemp("worlds"), tmp_path_factory.mktemp("random")
    assert XTASK.exists(), "run `cargo build -p xtask`"
    for seed in SEEDS:
        wit, wasm = sources / f"w{seed}.wit", sources / f"w{seed}.wasm"
        wit.write_text(random_worlds.World(seed).text())
        done = subprocess.run([XTASK, "echo", wit, wasm], capture_output=True, text=True)
        if "transitively depends on an interface in incompatible ways" in done.stderr:
            continue
        assert done.returncode == 0, f"{done.stderr}\n{wit.read_text()}"
        bindgen.write(bindgen.generate(wasm.read_bytes(), name=f"w{seed}"), packages / f"w{seed}")
    sys.path.insert(0, str(packages))
    return packages


def nothing(*arguments: object) -> None:
    """Stands for every function of a host: none is called."""


def resource(protocol: type) -> type:
    """A class with the methods of a resource's Protocol."""
    members: dict[str, Any] = {}
    for name, member in vars(protocol).items():
        if name == "__init__" or not name.startswith("_"):
            members[name] = staticmethod(nothing) if isinstance(member, staticmethod) else nothing
    return type(protocol.__name__, (), members)


def host(protocol: type) -> SimpleNamespace:
    """An object with the functions and classes of an interface's Protocol."""
    members: dict[str, Any] = {}
    for name, member in vars(protocol).items():
        if isinstance(member, property):
            (cls,) = typing.get_args(typing.get_type_hints(member.fget)["return"])
            members[name] = resource(cls)
        elif inspect.isfunction(member) and not name.startswith("_"):
            members[name] = nothing
    return SimpleNamespace(**members)


def field(hint: Any) -> Any:
    """What is given for one import of the world."""
    origin = typing.get_origin(hint)
    if origin is type:
        return resource(typing.get_args(hint)[0])
    return host(hint) if origin is None else nothing


def world_of(module: Any) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The world's class and the class of its imports."""
    for cls in vars(module).values():
        if isinstance(cls, type) and cls.__module__ == module.__name__:
            if list(inspect.signature(cls.__init__).parameters) == ["self", "store", "imports"]:
                imports = typing.get_type_hints(cls.__init__)["imports"]
                return cls, next((part for part in typing.get_args(imports) if part is not type(None)), imports)
    raise AssertionError(f"{module.__name__} has no world")


def test_they_can_be_bound(generated: Path) -> None:
    names = sorted(path.name for path in generated.iterdir() if path.is_dir())
    assert len(names) > len(SEEDS) // 2
    for name in names:
        module = importlib.import_module(name)
        world, imports = world_of(module)
        given = {field_name: field(hint) for field_name, hint in typing.get_type_hints(imports).items()}
        with Store() as store:
            world(store, imports(**given))


def test_checkers_accept_them(generated: Path) -> None:
    assert checkers.mypy(generated) == {}
    assert checkers.pyright(generated) == {}


def test_they_are_formatted(generated: Path) -> None:
    command = [sys.executable, "-m", "ruff", "format", "--check", "--isolated", str(generated)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
