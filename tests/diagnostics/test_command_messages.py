"""What `python -m dovetail.bindgen` says about wrong command lines and wrong WIT, word for word, and with which status."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dovetail import CompileError, bindgen

HERE = Path(__file__).parent

Bindgen = Callable[..., "subprocess.CompletedProcess[str]"]

CLOCK = "demo:worlds/clock@1.0.0"
DICE = "demo:worlds/dice@1.0.0"
GAME = ("worlds.wit", "--world", "game")


@pytest.fixture
def generate(python: Any, guest: Callable[[str], Path], tmp_path: Path) -> Bindgen:
    """Runs the command in a folder with a component and the WIT of these tests; a failure must write nothing."""
    shutil.copytree(HERE / "wit", tmp_path, dirs_exist_ok=True)
    shutil.copy(guest("kv"), tmp_path)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        done: subprocess.CompletedProcess[str] = python(
            "-m", "dovetail.bindgen", *arguments, "--out-dir", "made", cwd=tmp_path
        )
        assert done.stdout == ""
        assert not (tmp_path / "made").exists()
        return done

    return run


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        # Python 3.12 has the choices without quotes.
        (["--results", "x"], "argument --results: invalid choice: x (choose from raise, values)"),
        (["--mode", "x"], "argument --mode: invalid choice: x (choose from sync, async, both)"),
        (["--number-lists", "x"], "argument --number-lists: invalid choice: x (choose from list, buffer)"),
        (["--import-name", "nope"], "argument --import-name: `nope`: expected OLD=NEW"),
        (["--import-name", "=new"], "argument --import-name: `=new`: expected OLD=NEW"),
        (["--import-name", "old="], "argument --import-name: `old=`: expected OLD=NEW"),
        (["--features"], "argument --features: expected one argument"),
        (["--full-names=yes"], "argument --full-names: ignored explicit argument yes"),
        (["--no-such-option"], "unrecognized arguments: --no-such-option"),
    ],
)
def test_a_wrong_command_line(generate: Bindgen, arguments: list[str], text: str) -> None:
    done = generate("kv.wasm", *arguments)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].replace("'", "") == f"python -m dovetail.bindgen: error: {text}"


def test_the_folder_is_required(python: Any, tmp_path: Path) -> None:
    done = python("-m", "dovetail.bindgen", "kv.wasm", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith(": error: the following arguments are required: --out-dir")


MESSAGES = [
    (["worlds.wit"], "`worlds.wit`: `demo:worlds@1.0.0` has several worlds, choose one: `game`, `lobby`"),
    (
        ["worlds.wit", "--world", "nope"],
        "`worlds.wit`: the input has no world `nope`; its worlds are `game`, `lobby`",
    ),
    (["kv.wasm", "--world", "nope"], "`kv.wasm`: the input has no world `nope`; its world is `root`"),
    (
        [*GAME, "--import-name", "demo:worlds/nope=x"],
        "`worlds.wit`: `demo:worlds/nope` cannot be renamed: "
        f"the world imports no such interface, but `{CLOCK}`, `{DICE}`",
    ),
    (
        [*GAME, "--import-name", "demo:worlds/dice=class"],
        "`worlds.wit`: `demo:worlds/dice` cannot be renamed to `class`: expected an identifier",
    ),
    (
        [*GAME, "--import-name", "demo:worlds/dice=a", "--import-name", "demo:worlds/dice=b"],
        "`worlds.wit`: `--import-name` renames `demo:worlds/dice` twice",
    ),
    (
        ["kv.wasm", "--wit", *GAME],
        "`kv.wasm`: the component is not of world `game`: "
        "`h2:kv/store@0.1.0` is an export of the component, but not of the world",
    ),
    (["kv.wasm", "--wit", "kv.wasm"], "`kv.wasm`: `kv.wasm` is no WIT: expected a `.wit` file or a folder"),
    (["kv.wasm", "--wit", "none.wit"], "`none.wit`: no such file or directory"),
    (["none.wit"], "`none.wit`: no such file or directory"),
    (["worlds.wit", "--wit", "worlds.wit"], "`worlds.wit`: is WIT: expected a component beside `--wit`"),
]


@pytest.mark.parametrize(("arguments", "text"), MESSAGES)
def test_options_that_do_not_fit_the_input(generate: Bindgen, arguments: list[str], text: str) -> None:
    done = generate(*arguments)
    assert (done.returncode, done.stderr) == (1, f"error: {text}\n")


SYNTAX = """\
expected keyword `func`, found an identifier
     --> {place}syntax.wit:4:10
      |
    4 |     now: fun() -> u64;
      |          ^"""

UNFINISHED = """\
package 'demo:clock@0.2.0' not found. known packages:
    demo:unfinished@1.0.0
     --> {place}unfinished.wit:4:12
      |
    4 |     import demo:clock/wall@0.2.0;
      |            ^---------"""


@pytest.mark.parametrize(("file", "text"), [("syntax.wit", SYNTAX), ("unfinished.wit", UNFINISHED)])
def test_mistakes_in_wit_are_shown_in_their_place(generate: Bindgen, tmp_path: Path, file: str, text: str) -> None:
    done = generate(file)
    assert (done.returncode, done.stderr) == (1, f"error: `{file}`: {text.format(place='')}\n")
    done = generate("kv.wasm", "--wit", file)
    assert (done.returncode, done.stderr) == (1, f"error: `kv.wasm`: {text.format(place='')}\n")
    folder = tmp_path / "wit"
    folder.mkdir()
    shutil.copy(HERE / "wit" / file, folder)
    done = generate("wit")
    assert (done.returncode, done.stderr) == (1, f"error: `wit`: {text.format(place='wit/')}\n")


def test_keywords_of_generate() -> None:
    with pytest.raises(ValueError) as wrong:
        bindgen.generate(wit=HERE / "wit/worlds.wit", world="game", results="x")  # type: ignore[arg-type]
    assert str(wrong.value) == "`results` is 'x': expected 'raise' or 'values'"
    with pytest.raises(ValueError) as wrong:
        bindgen.generate(wit=HERE / "wit/worlds.wit", world="game", mode="x")  # type: ignore[arg-type]
    assert str(wrong.value) == "`mode` is 'x': expected 'sync', 'async' or 'both'"
    with pytest.raises(CompileError) as unknown:
        bindgen.generate(wit=HERE / "wit/worlds.wit", world="game", import_names={"demo:worlds/nope": "x"})
    assert str(unknown.value) == (
        f"`demo:worlds/nope` cannot be renamed: the world imports no such interface, but `{CLOCK}`, `{DICE}`"
    )
    with pytest.raises(CompileError) as mistake:
        bindgen.generate(wit={"syntax.wit": (HERE / "wit/syntax.wit").read_text()})
    assert str(mistake.value) == SYNTAX.format(place="")
    with pytest.raises(CompileError) as nothing:
        bindgen.generate()
    assert str(nothing.value) == "there is no input: expected a component, WIT, or both"
