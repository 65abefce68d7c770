"""`python -m dovetail cache`: where compiled code is kept, how much, and how to remove it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any


def test_shows_and_clears(guest: Any, python: Any, tmp_path: Path) -> None:
    directory = tmp_path / "cache"

    def cache(*arguments: str) -> str:
        done = python("-m", "dovetail", "cache", *arguments, DOVETAIL_CACHE=str(directory))
        assert (done.returncode, done.stderr) == (0, "")
        return str(done.stdout)

    assert cache() == f"{directory}: 0 entries, 0.0 MiB, of at most about 1024.0 MiB\n"
    program = f"import dovetail.loader, sys; sys.path.insert(0, {str(guest('kv').parent)!r}); import kv"
    done = python("-c", program, DOVETAIL_CACHE=str(directory))
    assert done.returncode == 0, done.stderr
    shown = re.fullmatch(r".*: (\d+) entries, (\d+\.\d) MiB, of at most about 1024\.0 MiB\n", cache())
    assert shown is not None
    files = [path for path in directory.rglob("*") if path.is_file()]
    assert {path.parent.name for path in files} == {"cache", "packages"}
    assert int(shown[1]) == len(files)
    assert abs(float(shown[2]) - sum(path.stat().st_size for path in files) / 2**20) < 0.1
    assert cache("--clear") == f"{directory}: removed {shown[1]} entries, {shown[2]} MiB\n"
    assert not [path for path in directory.rglob("*") if path.is_file()]


def test_no_cache(python: Any) -> None:
    done = python("-m", "dovetail", "cache", DOVETAIL_CACHE="0")
    assert (done.returncode, done.stdout) == (0, "the cache is turned off\n")
