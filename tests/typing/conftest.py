"""What the tests of programs against generated packages share: the broken ones are written, and both checkers run once."""

from __future__ import annotations

from pathlib import Path

import checkers
import pytest


@pytest.fixture(scope="module")
def mypy_errors(project: Path) -> dict[str, list[str]]:
    """What `mypy --strict` says of the module's project, by file."""
    return checkers.mypy(project)


@pytest.fixture(scope="module")
def pyright_errors(project: Path) -> dict[str, list[str]]:
    """What `pyright` says of the module's project in strict mode, by file."""
    return checkers.pyright(project)


@pytest.fixture(scope="module")
def errors(mypy_errors: dict[str, list[str]], pyright_errors: dict[str, list[str]]) -> dict[str, list[str]]:
    """What either of them says, by file."""
    return {
        file: mypy_errors.get(file, []) + pyright_errors.get(file, []) for file in {**mypy_errors, **pyright_errors}
    }
