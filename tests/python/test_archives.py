"""A generated package is imported from a zip archive as from a folder: a zipapp may carry it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from types import ModuleType
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

PROGRAM = """
import pickle, sys
sys.path.insert(0, {shared!r})
import everything
from dovetail import Store
from dovetail.component import Component
from everything_host import Host

with Store() as store:
    world = everything.Everything(store, everything.EverythingImports(host=Host(everything)))
    print(world.add(1, 2), world.echo.text("zipped"))
component = Component.from_package(everything)
there = pickle.loads(pickle.dumps(component))
print(".zip" in everything.__file__, there.package is everything)
"""


@pytest.fixture
def archive(everything: ModuleType, tmp_path: Path) -> Path:
    """The package `everything` in an archive."""
    folder = Path(everything.__file__ or "").parent
    path = tmp_path / "app.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as target:
        for file in folder.rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                target.write(file, file.relative_to(folder.parent))
    return path


def test_a_package_in_an_archive(archive: Path, python: Callable[..., CompletedProcess[str]]) -> None:
    shared = str(Path(__file__).resolve().parents[1])
    done = python("-c", PROGRAM.format(shared=shared), path=archive)
    assert (done.returncode, done.stdout, done.stderr) == (0, "3 zipped\nTrue True\n", "")


def test_an_archive_without_the_plan(
    archive: Path, tmp_path: Path, python: Callable[..., CompletedProcess[str]]
) -> None:
    bare = tmp_path / "bare.zip"
    with ZipFile(archive) as source, ZipFile(bare, "w") as target:
        for name in source.namelist():
            if not name.endswith(".plan.json"):
                target.writestr(name, source.read(name))
    done = python("-c", PROGRAM.format(shared=str(Path(__file__).resolve().parents[1])), path=bare)
    assert "LinkError: `everything` has no `*.plan.json` beside `__init__.py`" in done.stderr
