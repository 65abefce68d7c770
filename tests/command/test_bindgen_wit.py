"""WIT as input of `python -m dovetail.bindgen`, alone and beside a component, and the options on how a package looks."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dovetail import bindgen

HERE = Path(__file__).parent
WIT = HERE / "wit"
KV_WIT = HERE.parent / "guests/kv/wit"


def contents(folder: Path) -> dict[str, bytes]:
    """What a package's folder holds."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def generate(python: Any, tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Runs the command; returns the modules that it wrote."""

    def run(*arguments: str | Path) -> dict[str, str]:
        done = python("-m", "dovetail.bindgen", *arguments, "--out-dir", tmp_path / "made")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        made = contents(tmp_path / "made")
        return {path: text.decode() for path, text in made.items() if path.endswith(".py")}

    return run


def test_a_folder_with_dependencies(generate: Any, python: Any, tmp_path: Path) -> None:
    modules = generate(WIT, "--world", "notebook")
    assert sorted(modules) == [
        "__init__.py",
        "exports/__init__.py",
        "exports/notes.py",
        "imports/__init__.py",
        "imports/types.py",
        "imports/wall.py",
    ]
    assert '"""Notes, oldest first."""' in modules["exports/notes.py"]
    assert "def made(self, title: str) -> Instant:" in modules["exports/notes.py"]
    assert "def now(self) -> Instant:" in modules["imports/wall.py"]
    assert not list((tmp_path / "made").glob("*.wasm")), "there is nothing to run"
    program = """if True:
        import made
        from dovetail import LinkError, Store
        from made.imports.types import Instant

        class Clock:
            def now(self):
                return Instant(seconds=1)

        with Store() as store:
            try:
                made.Notebook(store, made.NotebookImports(wall=Clock()))
            except LinkError as error:
                print(error)
    """
    done = python("-c", program, path=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "made" in done.stdout


def test_a_file_is_the_same_as_its_folder(generate: Any) -> None:
    from_folder = generate(KV_WIT)
    assert generate(KV_WIT / "kv.wit") == from_folder
    assert '"""A store of tables that logs to its host."""' in from_folder["__init__.py"]


def test_the_wit_beside_a_component_documents_it(generate: Any, guest: Any, tmp_path: Path) -> None:
    plain = generate(guest("kv"))
    shutil.rmtree(tmp_path / "made")
    documented = generate(guest("kv"), "--wit", KV_WIT)
    assert sorted(documented) == sorted(plain)
    assert "Tables of entries." not in plain["exports/store.py"]
    assert '"""Tables of entries."""' in documented["exports/store.py"]
    assert '"""Where the component reports what it does."""' in documented["imports/host_log.py"]
    assert (tmp_path / "made/made.core0.wasm").exists()


def test_check_compares_with_the_same_options(generate: Any, guest: Any, python: Any, tmp_path: Path) -> None:
    generate(guest("kv"), "--wit", KV_WIT)
    command = ("-m", "dovetail.bindgen", guest("kv"), "--out-dir", tmp_path / "made", "--check")
    assert python(*command, "--wit", KV_WIT).returncode == 0
    done = python(*command)
    assert done.returncode == 1
    assert '-    """Tables of entries."""' in done.stdout


@pytest.mark.parametrize(
    ("features", "there"),
    [([], []), (["drafts"], ["draft"]), (["links", "drafts"], ["draft", "link"]), (["of-another-package"], [])],
)
def test_features(generate: Any, features: list[str], there: list[str]) -> None:
    options = [word for feature in features for word in ("--features", feature)]
    notes = generate(WIT, "--world", "notebook", *options)["exports/notes.py"]
    assert [name for name in ("draft", "link") if f"def {name}(self) -> str:" in notes] == there


def test_how_the_package_looks(generate: Any) -> None:
    rename = "demo:clock/wall=now"
    modules = generate(WIT, "--world", "notebook", "--results", "values", "--full-names", "--import-name", rename)
    assert {path for path in modules if not path.endswith("__init__.py")} == {
        "exports/demo_notebook_notes_1_0_0.py",
        "imports/demo_clock_types_0_2_0.py",
        "imports/now.py",
    }
    assert "-> dovetail.Ok[Instant] | dovetail.Err[str]:" in modules["exports/demo_notebook_notes_1_0_0.py"]


def test_keywords_are_the_options(generate: Any, tmp_path: Path) -> None:
    """`generate` gives what the command writes, whichever way the WIT comes."""
    rename = ("demo:clock/wall", "now")
    options: list[str] = ["--results", "values", "--full-names", "--import-name", "=".join(rename), "--name", "app"]
    options += ["--mode", "both", "--number-lists", "buffer"]
    generate(WIT, "--world", "notebook", "--features", "drafts", *options)
    in_memory = {path: text.decode() for path, text in contents(WIT).items()}
    for wit in (WIT, str(WIT), in_memory, contents(WIT)):
        package = bindgen.generate(
            wit=wit,
            name="app",
            world="notebook",
            results="values",
            mode="both",
            number_lists="buffer",
            full_names=True,
            import_names=dict([rename]),
            features=["drafts"],
        )
        assert package.name == "app"
        assert package.files == contents(tmp_path / "made")


def test_keywords_have_the_defaults_of_the_options(generate: Any, guest: Any, tmp_path: Path) -> None:
    generate(guest("kv"), "--wit", KV_WIT)
    package = bindgen.generate(guest("kv").read_bytes(), wit=KV_WIT, name="made")
    assert package.files == contents(tmp_path / "made")
