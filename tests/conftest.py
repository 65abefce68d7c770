"""What the tests share: where the guests are, and packages generated of them by the generator on our own engine."""

from __future__ import annotations

import importlib
import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]

if importlib.util.find_spec("dovetail") is None:
    sys.path.insert(0, str(ROOT / "python"))

# Where the tests run in the background, the shell has SIGINT ignored, and so would the programs that they run.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A cache of its own for each run: code that an earlier build of the engine compiled must not be what is tested.
_CACHE = tempfile.TemporaryDirectory(prefix="dovetail-cache-")
os.environ["DOVETAIL_CACHE"] = _CACHE.name


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--all`: the tests that draw lots draw many more."""
    parser.addoption("--all", action="store_true", help="draw many more random types and values")
    parser.addoption("--seed", default="1", help="what the soaks draw their lots with")
    parser.addoption(
        "--uvloop", action="store_true", help="run awaited calls in uvloop's event loops instead of asyncio's"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Has every event loop of the run be uvloop's where that is asked for."""
    if config.getoption("--uvloop"):
        import asyncio

        import uvloop

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())


@pytest.fixture(scope="session")
def guest() -> Callable[[str], Path]:
    """Finds a guest by its name."""

    def find(name: str) -> Path:
        path = ROOT / "target" / "guests" / f"{name}.wasm"
        assert path.exists(), f"{path} is not built: run `cargo xtask guests {name}`"
        return path

    return find


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of generated packages, which is on `sys.path`."""
    directory = tmp_path_factory.mktemp("packages")
    sys.path.insert(0, str(directory))
    return directory


@pytest.fixture(scope="session")
def package(guest: Callable[[str], Path], packages: Path) -> Callable[[str], ModuleType]:
    """Generates and imports the package of a guest."""

    def make(name: str) -> ModuleType:
        if not (packages / name).exists():
            from dovetail import bindgen

            bindgen.write(bindgen.generate(guest(name).read_bytes(), name=name), packages / name)
            importlib.invalidate_caches()
        return importlib.import_module(name)

    return make


@pytest.fixture(scope="session")
def both_faces(packages: Path) -> Callable[[str], ModuleType]:
    """The package of a guest of the tests of awaiting, with both faces of its world."""

    def make(name: str) -> ModuleType:
        package = f"aio_{name}"
        if not (packages / package).exists():
            from dovetail import bindgen
            from dovetail._engine import _component_bytes

            component = _component_bytes((ROOT / "tests" / "aio" / "guests" / f"{name}.wat").read_text())
            bindgen.write(bindgen.generate(component, name=package, mode="both"), packages / package)
            importlib.invalidate_caches()
        return importlib.import_module(package)

    return make


@pytest.fixture(scope="session")
def python() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs Python in a process of its own, with `dovetail` on its path and in `path`, and further variables."""

    def run(
        *arguments: str | Path, cwd: Path | None = None, path: str | Path = "", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join(filter(None, [str(ROOT / "python"), str(path)]))
        environment = {**os.environ, "PYTHONPATH": path, **variables}
        command = [sys.executable, *map(str, arguments)]
        return subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )

    return run
