"""Runs the two type checkers over a folder and sorts what they say by file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# How a program can be wrong, by the name of the mistake: what is replaced in it, and by what.
Mistakes = dict[str, tuple[str, str]]


def write_programs(folder: Path, program: Path, mistakes: Mistakes) -> None:
    """Writes a program as `host.py`, and once more for each mistake, with it."""
    source = program.read_text()
    (folder / "host.py").write_text(source)
    for name, (old, new) in mistakes.items():
        assert source.count(old) == 1, f"`{name}` does not apply to {program.name}"
        (folder / f"{name}.py").write_text(source.replace(old, new))


def unexpected(errors: dict[str, list[str]], mistakes: Mistakes) -> dict[str, list[str]]:
    """The errors of files that have no mistake in them."""
    return {file: lines for file, lines in errors.items() if file.removesuffix(".py") not in mistakes}


def mypy(folder: Path) -> dict[str, list[str]]:
    """The errors of `mypy --strict`, by the file's path in the folder. Those in `dovetail` itself have absolute paths."""
    (folder / "mypy.ini").write_text("[mypy]\n")
    sources = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.py"))
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-color-output", "--no-error-summary", "--hide-error-context"]
        + ["--config-file", "mypy.ini", "--cache-dir", ".mypy_cache", *sources],
        cwd=folder,
        env={**os.environ, "MYPYPATH": f"{ROOT / 'python'}:{folder}"},
        capture_output=True,
        text=True,
    )
    assert done.stderr == "", done.stderr
    errors: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        if ": error: " in line:
            errors.setdefault(line.split(":")[0], []).append(line)
    assert bool(errors) == (done.returncode != 0), done.stdout
    return errors


def pyright(folder: Path) -> dict[str, list[str]]:
    """The errors of `pyright` in strict mode, by the file's path in the folder."""
    config = {
        "typeCheckingMode": "strict",
        "include": ["."],
        "extraPaths": [str(ROOT / "python")],
        "pythonVersion": "3.10",
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(config))
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] > 0, done.stdout
    errors: dict[str, list[str]] = {}
    for found in report["generalDiagnostics"]:
        if found["severity"] == "error":
            file = Path(found["file"])
            name = file.relative_to(folder).as_posix() if file.is_relative_to(folder) else str(file)
            errors.setdefault(name, []).append(f"{name}:{found['range']['start']['line'] + 1}: {found['message']}")
    return errors
