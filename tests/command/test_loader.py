"""`dovetail.loader`: components and core modules as Python modules."""

from __future__ import annotations

import shutil
import textwrap
from pathlib import Path
from typing import Any

GUESTS = Path(__file__).resolve().parents[1] / "guests"

COMPONENT = """
import dovetail.loader
import everything
from everything.imports import types
from dovetail import Store

class Counter:
    def __init__(self, start): ...
for name in ("add", "value", "sum"):
    setattr(Counter, name, staticmethod(lambda *a: 0) if name == "sum" else lambda self, *a: 0)

class Host:
    Counter = Counter
    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *arguments: 0

with Store() as store:
    world = everything.Everything(store, everything.EverythingImports(host=Host()))
    print(world.add(20, 22), world.echo.a_point(types.Point(x=1.0, y=2.0)))
print(everything.__file__)
"""


def test_a_component_is_a_package(guest: Any, python: Any, tmp_path: Path) -> None:
    shutil.copy(guest("everything"), tmp_path / "everything.wasm")
    for attempt in ("generated", "from the cache"):
        done = python("-c", COMPONENT, cwd=tmp_path, DOVETAIL_CACHE=str(tmp_path / "cache"))
        assert done.returncode == 0, f"{attempt}: {done.stderr}"
        assert done.stdout.splitlines()[0] == "42 Point(x=1.0, y=2.0)"
    assert any((tmp_path / "cache").rglob("*"))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "cache",
        "everything.wasm",
    ], "nothing beside the component"


def test_a_core_module_is_a_module(python: Any, tmp_path: Path) -> None:
    shutil.copy(GUESTS / "arithmetic.wat", tmp_path / "arithmetic.wat")
    (tmp_path / "environment.py").write_text("seen = []\ndef notice(value):\n    seen.append(value)\n")
    program = """
        import dovetail.loader, arithmetic, environment
        print(arithmetic.add(1, 2), arithmetic.factorial(20))
        arithmetic.tell(7)
        print(environment.seen)
    """
    done = python("-c", textwrap.dedent(program), cwd=tmp_path)
    assert done.stdout.splitlines() == ["3 2432902008176640000", "[7]"], done.stderr


def test_a_file_that_is_no_wasm(python: Any, tmp_path: Path) -> None:
    (tmp_path / "broken.wasm").write_bytes(b"\0asm\x01\0\0\0\xff")
    done = python("-c", "import dovetail.loader, broken", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"ImportError: `{tmp_path / 'broken.wasm'}`: ")


def test_python_modules_come_first(python: Any, tmp_path: Path) -> None:
    (tmp_path / "both.wat").write_text('(module (func (export "f")))')
    (tmp_path / "both.py").write_text("kind = 'python'\n")
    done = python("-c", "import dovetail.loader, both; print(both.kind)", cwd=tmp_path)
    assert done.stdout == "python\n", done.stderr
