"""`python -m dovetail run`: a command-line program that nobody here wrote, compared with the same program built for this machine."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory with something to dump."""
    (tmp_path / "data.bin").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "empty").write_bytes(b"")
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        ["data.bin"],
        ["--length", "100", "data.bin"],
        ["--skip", "16", "--length", "0x20", "--color", "never", "data.bin"],
        ["--border", "ascii", "--color=always", "data.bin"],
        ["--plain", "empty"],
        ["--help"],
    ],
)
def test_output_equals_the_native_build(guest: Any, python: Run, folder: Path, arguments: list[str]) -> None:
    native = subprocess.run(
        [ROOT / "target/guests/hexyl-native", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env={},
    )
    # The program's own name is its first argument, which --help shows.
    done = python(
        "-m",
        "dovetail",
        "run",
        guest("hexyl"),
        "--dir",
        f"{folder}::.",
        "--",
        *arguments,
    )
    assert done.stderr == native.stderr
    assert done.stdout.replace("hexyl.wasm", "hexyl-native") == native.stdout
    assert done.returncode == native.returncode


def test_standard_input(guest: Any, folder: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "python")}
    command = ["python", "-m", "dovetail", "run", guest("hexyl"), "--", "--plain"]
    import sys

    command[0] = sys.executable
    done = subprocess.run(command, input=b"hello", capture_output=True, env=environment)
    assert b"68 65 6c 6c 6f" in done.stdout, done.stderr


def test_a_directory_that_was_not_granted_is_not_seen(guest: Any, python: Run, folder: Path) -> None:
    done = python("-m", "dovetail", "run", guest("hexyl"), "--", str(folder / "data.bin"))
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Error" in done.stderr
    inner = folder / "inner"
    inner.mkdir()
    done = python(
        "-m",
        "dovetail",
        "run",
        guest("hexyl"),
        "--dir",
        f"{inner}::.",
        "--",
        "../data.bin",
    )
    assert done.returncode == 1


def test_the_status_of_the_program_is_passed_on(guest: Any, python: Run) -> None:
    done = python("-m", "dovetail", "run", guest("hexyl"), "--", "--no-such-option")
    native = subprocess.run([ROOT / "target/guests/hexyl-native", "--no-such-option"], capture_output=True)
    # WASI 0.2 tells success and failure apart, and has no other statuses.
    assert (done.returncode, bool(native.returncode)) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.wasm"], "error: `missing.wasm`: no such file or directory"),
        (
            ["--env", "NAME", "program.wasm"],
            "error: `program.wasm`: `--env NAME`: expected NAME=VALUE",
        ),
        (
            ["--dir", "::x", "program.wasm"],
            "error: `program.wasm`: `--dir ::x`: expected HOST::GUEST",
        ),
        (
            ["--dir", ".:/data", "program.wasm"],
            "error: `program.wasm`: `--dir .:/data`: `.:/data` is no directory; expected HOST::GUEST",
        ),
    ],
)
def test_bad_arguments(python: Run, tmp_path: Path, arguments: list[str], message: str) -> None:
    done = python("-m", "dovetail", "run", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip() == message


def test_a_component_without_a_program_is_refused(guest: Any, python: Run) -> None:
    done = python("-m", "dovetail", "run", guest("market"))
    assert done.returncode == 1
    assert "wasi:cli/run" in done.stderr
    assert "Traceback" not in done.stderr
