"""A host program against its generated package: both type checkers accept it, and catch each way of breaking it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import checkers
import pytest

ROOT = Path(__file__).resolve().parents[2]
HOST = ROOT / "examples/kv_host.py"

# How a host can be wrong: what is replaced in the program, and by what. (Every one is a mistake that a person makes.)
BROKEN: checkers.Mistakes = {
    "log_is_missing": (
        '    def log(self, level: types.Level, msg: str) -> None:\n        print(f"[{level.name.lower()}] {msg}")\n',
        "",
    ),
    "log_takes_a_number": (
        'level: types.Level, msg: str) -> None:\n        print(f"[{level.name.lower()}]',
        'level: int, msg: str) -> None:\n        print(f"[{level}]',
    ),
    "write_takes_text": ("def write(self, data: bytes) -> int", "def write(self, data: str) -> int"),
    "write_returns_text": ("        return len(data)\n", "        return str(len(data))\n"),
    "write_says_that_it_returns_text": ("def write(self, data: bytes) -> int", "def write(self, data: bytes) -> str"),
    "flush_is_no_static_method": ("    @staticmethod\n    def flush() -> None", "    def flush(self) -> None"),
    "flush_is_missing": ('    @staticmethod\n    def flush() -> None:\n        raise Err("nothing to flush")\n', ""),
    "the_constructor_wants_more": (
        "def __init__(self, name: str) -> None",
        "def __init__(self, name: str, size: int) -> None",
    ),
    "the_constructor_takes_a_number": (
        "def __init__(self, name: str) -> None",
        "def __init__(self, name: int) -> None",
    ),
    "the_resource_is_missing": ("    Sink = Sink\n\n", ""),
    "a_case_is_not_matched": ('        case types.Value_Blob(blob):\n            return f"bytes {blob.hex()}"\n', ""),
    "an_error_is_not_matched": ('        case types.StockError_NotFound():\n            return "there is none"\n', ""),
    "an_option_is_not_checked": (
        "            if found is not None:\n                print(found.key, describe(found.value), found == apple)",
        "            print(found.key, describe(found.value), found == apple)",
    ),
    "a_table_is_named_by_a_number": ('kv.store.Table("spare")', "kv.store.Table(7)"),
    "a_table_has_no_name": ('kv.store.Table("spare")', "kv.store.Table()"),
    "merge_lacks_a_table": ("kv.store.Table.merge(fruit, spare)", "kv.store.Table.merge(fruit)"),
    "flags_are_a_number": ("perms=types.Perms.READ | types.Perms.WRITE", "perms=3"),
    "the_inner_option_is_forgotten": ("print(nested.value + 1)", "print(nested + 1)"),
    "an_import_is_missing": ("KvImports(host_log=log)", "KvImports()"),
    "an_export_is_misspelt": ("kv.summarize([apple])", "kv.summarise([apple])"),
    "a_field_is_assigned": (
        "            fruit.put(apple)\n",
        '            fruit.put(apple)\n            apple.key = "pear"\n',
    ),
    "the_wrong_case_is_made": ("value=types.Value_Num(3)", 'value=types.Value_Num("3")'),
}


@pytest.fixture(scope="module")
def project(package: Callable[[str], ModuleType], packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the generated package, the host program and every broken one."""
    package("kv")
    folder = tmp_path_factory.mktemp("typing")
    shutil.copytree(packages / "kv", folder / "kv", ignore=shutil.ignore_patterns("__pycache__"))
    checkers.write_programs(folder, HOST, BROKEN)
    return folder


def test_the_host_and_the_package_are_accepted(errors: dict[str, list[str]]) -> None:
    assert checkers.unexpected(errors, BROKEN) == {}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_host_is_caught(name: str, errors: dict[str, list[str]]) -> None:
    assert errors.get(f"{name}.py"), "no checker noticed"


def test_the_host_runs(packages: Path, project: Path, python: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = python(HOST, path=packages)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "[warn] put apple: disk full",
        "[info] put fig: 3 bytes",
        "apple number 4 True",
        "[debug] merge: nothing to flush",
        "['apple', 'fig'] 2 table fruit+spare of 2 rows after 0 puts",
        "2 A 0.5",
        "8",
        "3 short",
        "StockError_NotFound()",
    ]


def test_generated_packages_are_formatted(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--check", "--isolated", project / "kv"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
