"""Number buffers in annotations: both type checkers accept what they may be used for, and catch each misuse."""

from __future__ import annotations

import shutil
from pathlib import Path

import checkers
import pytest

HOST = Path(__file__).with_name("number_host.py")
GOLDEN = Path(__file__).parents[1] / "codegen/number-lists/expected"

# How the program can be wrong: what is replaced in it, and by what.
BROKEN: checkers.Mistakes = {
    "a_host_expects_lists": ("def four(self, numbers: NumberBuffer[int])", "def four(self, numbers: list[int])"),
    "a_host_expects_floats": (
        "def four(self, numbers: NumberBuffer[int])",
        "def four(self, numbers: NumberBuffer[str])",
    ),
    "a_host_gives_text": (
        "def words(self, numbers: Sequence[int]) -> list[int]",
        "def words(self, numbers: Sequence[int]) -> str",
    ),
    "a_result_is_taken_for_a_list": ("made: NumberBuffer[float] = world", "made: list[float] = world"),
    "a_result_is_taken_for_integers": ("made: NumberBuffer[float] = world", "made: NumberBuffer[int] = world"),
    "a_number_is_assigned": ("    plain: list[float]", "    made[0] = 1.0\n    plain: list[float]"),
    "a_number_is_appended": ("    plain: list[float]", "    made.append(1.0)\n    plain: list[float]"),
    "an_unknown_format": ('NumberBuffer("f", [0.5])', 'NumberBuffer("B", [1])'),
    "integers_of_floats": ('NumberBuffer("i", [1, 2])', 'NumberBuffer("i", [0.5])'),
    "a_field_is_a_list": ("samples=floats", "samples=[0.5]"),
    "a_field_of_integers_gets_floats": ('rows=[NumberBuffer("i", [1, 2])]', "rows=[floats]"),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package, the program and every broken one."""
    folder = tmp_path_factory.mktemp("numbers")
    shutil.copytree(GOLDEN, folder / "numbers_package", ignore=shutil.ignore_patterns("__pycache__"))
    checkers.write_programs(folder, HOST, BROKEN)
    return folder


def test_the_program_is_accepted(errors: dict[str, list[str]]) -> None:
    assert checkers.unexpected(errors, BROKEN) == {}


@pytest.mark.parametrize("name", BROKEN)
def test_a_misuse_is_caught(name: str, errors: dict[str, list[str]]) -> None:
    assert errors.get(f"{name}.py"), "no checker noticed"
