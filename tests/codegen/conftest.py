"""The cases run: each has an echo component, whose exports call the imports of the same name (`cargo xtask guests cases`)."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def case_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the cases' packages, which are below the name `cases`: some have names of other modules."""
    directory = tmp_path_factory.mktemp("cases")
    sys.path.insert(0, str(directory))
    (directory / "cases").mkdir()
    return directory / "cases"


@pytest.fixture(scope="module")
def case(guest: Callable[[str], Path], case_packages: Path, request: pytest.FixtureRequest) -> ModuleType:
    """The package generated of the component of the case in whose folder the test is."""
    from dovetail import bindgen

    folder = request.path.parent.name
    name = folder.replace("-", "_")
    if not (case_packages / name).exists():
        options = request.path.with_name("options.json")
        chosen = json.loads(options.read_text()) if options.exists() else {}
        generated = bindgen.generate(guest(f"cases/{folder}").read_bytes(), name=name, **chosen)
        bindgen.write(generated, case_packages / name)
        importlib.invalidate_caches()
    return importlib.import_module(f"cases.{name}")


@pytest.fixture(scope="module")
def part(case: ModuleType) -> Callable[[str], ModuleType]:
    """Finds a module of the case's package: `part("exports.guest")`."""
    return lambda name: importlib.import_module(f"{case.__name__}.{name}")
