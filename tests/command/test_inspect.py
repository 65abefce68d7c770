"""`python -m dovetail inspect`: the world as WIT, the core modules with their sizes, the link steps."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def test_inspect_shows_world_modules_and_steps(guest: Any, python: Any) -> None:
    done = python("-m", "dovetail", "inspect", guest("kv"))
    assert done.returncode == 0, done.stderr
    assert "import h2:kv/host-log@0.1.0;" in done.stdout
    assert "export h2:kv/store@0.1.0;" in done.stdout
    assert "merge: static func(a: table, b: borrow<table>) -> result<table, string>;" in done.stdout
    modules, steps = done.stdout.split("core modules:\n")[1].split("link steps:\n")
    assert modules.count(" bytes\n") == 4, "the module, the adapter, the shim and the fixup"
    assert steps.count("instantiate") >= 4


def test_inspect_of_something_else(python: Any, tmp_path: Any) -> None:
    file = tmp_path / "file.wasm"
    file.write_bytes(b"not wasm")
    done = python("-m", "dovetail", "inspect", file)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"error: `{file}`: ")
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_early(guest: Any) -> None:
    command = [sys.executable, "-m", "dovetail", "inspect", str(guest("notes"))]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "python")}
    reading = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert reading.stdout is not None and reading.stderr is not None
    reading.stdout.close()
    assert reading.stderr.read() == b""
    assert reading.wait() == 0
