"""The code cache as Python sees it: what is in it, who may have written it, and several processes at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from dovetail import Config, Engine, Store
from dovetail.component import Component

ROOT = Path(__file__).resolve().parents[2]
Guest = Callable[[str], Path]


def entries(directory: Path, extension: str) -> list[Path]:
    return sorted(directory.glob(f"*.{extension}"))


def test_a_component_is_found_again(guest: Guest, tmp_path: Path) -> None:
    engine = Engine(Config(cache=tmp_path))
    Component(engine, guest("kv").read_bytes())
    [entry] = entries(tmp_path, "component")
    modules = entries(tmp_path, "cwasm")
    before = {path: path.stat().st_mtime_ns for path in modules}
    Component(Engine(Config(cache=tmp_path)), guest("kv").read_bytes())
    assert entries(tmp_path, "component") == [entry]
    assert {path: path.stat().st_mtime_ns for path in entries(tmp_path, "cwasm")} == before, "nothing was compiled"


def test_the_limit_is_kept(guest: Guest, tmp_path: Path) -> None:
    for name in ("kv", "everything"):
        Component(Engine(Config(cache=tmp_path)), guest(name).read_bytes())
    whole = sum(path.stat().st_size for path in tmp_path.iterdir())
    engine = Engine(Config(cache=tmp_path, cache_limit=whole // 2))
    component = Component(engine, guest("notes").read_bytes())
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= whole // 2
    # What is mapped stays.
    with Store(engine) as store:
        assert component.imports
        assert store.engine is engine


@pytest.mark.parametrize("place", ["packages", "packages/*"])
def test_generated_code_that_others_may_write_is_not_run(
    place: str, guest: Guest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOVETAIL_CACHE", str(tmp_path))
    binary = guest("kv").read_bytes()
    assert Component(Engine(), binary, name="kv").package
    [path] = tmp_path.glob(place)
    [kept] = (tmp_path / "packages").iterdir()
    for name in (tmp_path, tmp_path / "packages", kept):
        assert not name.stat().st_mode & 0o022, name
    before = kept.stat().st_ino
    assert Component(Engine(), binary, name="kv").package
    assert kept.stat().st_ino == before, "read"
    path.chmod(path.stat().st_mode | 0o020)
    assert Component(Engine(), binary, name="kv").package
    assert kept.stat().st_ino != before, "written anew"


def test_many_processes_at_once(guest: Guest, tmp_path: Path) -> None:
    program = """if True:
        import sys
        from dovetail import Config, Engine, Store
        from dovetail.component import Component, Linker
        directory, path = sys.argv[1:]
        for _ in range(3):
            # Each write makes it remove what the others are about to use.
            engine = Engine(Config(cache=directory, cache_limit=1))
            component = Component.from_file(engine, path)
            linker = Linker(engine)
            linker.define_unknown_imports_as_traps(component)
            with Store(engine) as store:
                linker.instantiate(store, component)
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "python")}
    command = [sys.executable, "-c", program, str(tmp_path), str(guest("kv"))]
    running = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    for process in running:
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
