"""`dovetail --completion`: bash is asked for completions; the other scripts name every command, option and choice."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dovetail.__main__ import make_parser

SHELLS = ["bash", "zsh", "fish"]

ASK = """
source "$1" || exit
complete -p dovetail >/dev/null || exit
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_dovetail
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def scripts(python: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The script of each shell, in a file."""
    folder = tmp_path_factory.mktemp("completion")
    for shell in SHELLS:
        done = python("-m", "dovetail", "--completion", shell)
        assert (done.returncode, done.stderr) == (0, "")
        (folder / shell).write_text(done.stdout)
    return {shell: folder / shell for shell in SHELLS}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with something to complete."""
    (tmp_path / "app.wasm").touch()
    (tmp_path / "an app.wasm").touch()
    (tmp_path / "applied").mkdir()
    return tmp_path


BINDGEN = [
    "--check",
    "--features",
    "--full-names",
    "--help",
    "--import-name",
    "--mode",
    "--name",
    "--number-lists",
    "--out-dir",
    "--results",
    "--wit",
    "--world",
]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([""], ["bindgen", "cache", "inspect", "run"]),
        (["b"], ["bindgen"]),
        (["--c"], ["--completion"]),
        (["--completion", ""], ["bash", "fish", "zsh"]),
        (["--completion", "=", "z"], ["zsh"]),
        (["bindgen", "--"], BINDGEN),
        (["run", "--"], ["--dir", "--env", "--help"]),
        (["inspect", "--"], ["--help"]),
        (["bindgen", "app.wasm", "--results", ""], ["raise", "values"]),
        (["bindgen", "app.wasm", "--results", "="], ["raise", "values"]),
        (["bindgen", "app.wasm", "--results", "=", "v"], ["values"]),
        (["bindgen", "app.wasm", "--mode", ""], ["async", "both", "sync"]),
        (["bindgen", "a"], ["an app.wasm", "app.wasm", "applied"]),
        (["bindgen", "--wit", "ap"], ["app.wasm", "applied"]),
        (["bindgen", "--out-dir", "a"], ["applied"]),
        (["run", "--dir", "a"], ["applied"]),
        (["bindgen", "--name", "a"], []),
        (["bindgen", "--check", "ap"], ["app.wasm", "applied"]),
        (["run", "app.wasm", "--", "--"], []),
        (["run", "app.wasm", "--", "app."], ["app.wasm"]),
    ],
)
def test_bash_completes(scripts: dict[str, Path], folder: Path, words: list[str], expected: list[str]) -> None:
    command = ["bash", "--norc", "-c", ASK, "bash", str(scripts["bash"]), "dovetail", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(done.stdout.split("\n")[:-1]) == (expected or [""])


def test_bash_takes_the_script_from_the_command(python: Any) -> None:
    ask = 'source <("$0" -m dovetail --completion bash) && complete -p dovetail'
    environment = python("-c", "import os; print(os.environ['PYTHONPATH'])").stdout.strip()
    done = subprocess.run(
        ["bash", "--norc", "-c", f"export PYTHONPATH={environment}; {ask}", sys.executable],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "complete -F _dovetail dovetail\n", "")


def words_to_know(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The commands, options and choices of a parser and those inside it."""
    for action in parser._actions:
        yield from action.option_strings
        yield from map(str, action.choices or ())
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from words_to_know(inner)


@pytest.mark.parametrize("shell", SHELLS)
def test_every_option_is_in_the_script(scripts: dict[str, Path], shell: str) -> None:
    script = scripts[shell].read_text()
    words = set(words_to_know(make_parser()))
    assert {"run", "--dir", "bindgen", "--import-name", "values", "zsh"} <= words
    for word in words:
        # fish has `-l` and `-s` before the names of long and of short options.
        if shell == "fish" and word.startswith("-"):
            word = f"-l {word[2:]}" if word.startswith("--") else f"-s {word[1:]}"
        assert re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", script), word


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_itself_can_read_the_script(scripts: dict[str, Path], shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    done = subprocess.run([shell, "-n", scripts[shell]], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_shell_that_is_not_known(python: Any) -> None:
    done = python("-m", "dovetail", "--completion", "nush")
    assert (done.returncode, done.stdout) == (2, "")
    last = done.stderr.splitlines()[-1].replace("'", "")
    assert last == "dovetail: error: argument --completion: invalid choice: nush (choose from bash, zsh, fish)"
