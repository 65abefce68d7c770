"""`python -m dovetail.bindgen`: what it writes, what `--check` says, and that a failure leaves nothing half-written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from dovetail import bindgen


def test_writes_and_checks_a_package(guest: Any, python: Any, tmp_path: Path) -> None:
    command = ("-m", "dovetail.bindgen", guest("kv"), "--out-dir", tmp_path / "kv")
    assert python(*command, "--check").returncode == 1
    assert not (tmp_path / "kv").exists(), "--check writes nothing"
    done = python(*command)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert python(*command, "--check").returncode == 0
    init = tmp_path / "kv/__init__.py"
    init.write_text(init.read_text().replace("class Kv:", "class Changed:"))
    changed = init.read_bytes()
    done = python(*command, "--check")
    assert done.returncode == 1
    assert "-class Changed:" in done.stdout
    assert "+class Kv:" in done.stdout
    assert init.read_bytes() == changed
    assert python(*command).returncode == 0
    assert python(*command, "--check").returncode == 0


def test_the_console_command_has_it_too(guest: Any, python: Any, tmp_path: Path) -> None:
    done = python(
        "-m",
        "dovetail",
        "bindgen",
        guest("kv"),
        "--out-dir",
        tmp_path / "shop",
        "--name",
        "shop",
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "shop/shop.core0.wasm").exists() or list((tmp_path / "shop").glob("*.core0.wasm"))


def test_an_output_that_is_a_file(guest: Any, python: Any, tmp_path: Path) -> None:
    target = tmp_path / "kv"
    target.write_text("mine")
    done = python("-m", "dovetail.bindgen", guest("kv"), "--out-dir", target)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert str(target) in done.stderr
    assert "Traceback" not in done.stderr
    assert target.read_text() == "mine"


@pytest.mark.parametrize("mine", ["__init__.py", "imports/mine.py", "exports/__init__.py", "imports"])
def test_files_that_are_somebodys_own(guest: Any, python: Any, tmp_path: Path, mine: str) -> None:
    target = tmp_path / "kv"
    (target / mine).parent.mkdir(parents=True)
    (target / mine).write_text("MINE = 1")
    done = python("-m", "dovetail.bindgen", guest("kv"), "--out-dir", target)
    why = f"`{target}` holds `{mine}`, which is not part of a generated package"
    advice = "make room there, or choose another folder with `--out-dir`"
    assert (done.returncode, done.stderr) == (1, f"error: {why}: {advice}\n")
    assert [path for path in target.rglob("*") if path.is_file()] == [target / mine]
    assert (target / mine).read_text() == "MINE = 1"


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_what_an_earlier_generation_left_goes(tmp_path: Path, mode: bindgen.Mode) -> None:
    def generate(world: str) -> bindgen.Package:
        interfaces = "interface one { go: func(); } interface two { go: func(); }"
        return bindgen.generate(wit={"a.wit": f"package a:b; {interfaces} world w {{ {world} }}"}, name="p", mode=mode)

    target = tmp_path / "p"
    bindgen.write(generate("import one; import two;"), target)
    for mine in ("mine.py", "data.plan.json", "data.core0.wasm"):
        (target / mine).write_text("MINE = 1")
    bindgen.write(generate("import two;"), target)
    assert [path.name for path in sorted((target / "imports").iterdir())] == ["__init__.py", "two.py"]
    assert {path.name for path in target.iterdir() if path.is_file()} == {
        "__init__.py",
        "py.typed",
        "mine.py",
        "data.plan.json",
        "data.core0.wasm",
    }


def test_packages_of_earlier_versions_are_replaced(tmp_path: Path) -> None:
    package = bindgen.generate(wit={"a.wit": "package a:b; world w { import f: func(); }"}, name="p")
    for number, call in enumerate(
        ["bind(self, __name__, store, imports)", "bind(\n    self,\n    __name__,\n    store,\n    imports,\n)"]
    ):
        target = tmp_path / f"p{number}"
        target.mkdir()
        (target / "__init__.py").write_text(call)
        bindgen.write(package, target)
        assert bindgen.check(package, target) == ""


def test_a_package_whose_names_clash_with_those_it_uses(tmp_path: Path) -> None:
    package = bindgen.generate(wit={"a.wit": "package a:b; world w { export bind: func(); }"}, name="p")
    assert b"bind as _bind" in package.files["__init__.py"]
    bindgen.write(package, tmp_path / "p")
    bindgen.write(package, tmp_path / "p")


@pytest.mark.parametrize("contents", ['{"plan":"gold"}', '{"contract":"signed"}'])
def test_a_plan_of_somebodys_own_business(tmp_path: Path, contents: str) -> None:
    files = {"__init__.py": "", "billing.plan.json": contents, "billing.core0.wasm": "", "imports/csv.py": ""}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    package = bindgen.generate(wit={"a.wit": "package a:b; world w { import f: func(); }"}, name="p")
    with pytest.raises(FileExistsError, match="holds `__init__.py`, which is not part of a generated package"):
        bindgen.write(package, tmp_path)
    assert {name: (tmp_path / name).read_text() for name in files} == files


# No file may have a byte, as on a full disk: that holds for root too, who may write where permissions forbid it.
_FULL_DISK = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
sys.argv[0] = "dovetail.bindgen"
runpy.run_module("dovetail.bindgen", run_name="__main__")
"""


def test_an_output_that_cannot_be_written(guest: Any, python: Any, tmp_path: Path) -> None:
    target = tmp_path / "kv"
    target.mkdir()
    done = python("-c", _FULL_DISK, guest("kv"), "--out-dir", target)
    assert done.returncode == 1
    advice = "make room there, or choose another folder with `--out-dir`"
    assert re.fullmatch(rf"error: `{re.escape(str(target))}/[^`]+`: file too large: {advice}\n", done.stderr)
    assert list(tmp_path.iterdir()) == [target]
    assert list(target.iterdir()) == []


def test_a_failure_leaves_the_package_as_it_was(guest: Any, python: Any, tmp_path: Path) -> None:
    target = tmp_path / "kv"
    assert python("-m", "dovetail.bindgen", guest("kv"), "--out-dir", target).returncode == 0
    before = {path: path.read_bytes() for path in target.rglob("*") if path.is_file()}
    broken = tmp_path / "broken.wasm"
    broken.write_bytes(guest("kv").read_bytes()[:-100])
    done = python("-m", "dovetail.bindgen", broken, "--out-dir", target)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: `{broken}`: ")
    assert {path: path.read_bytes() for path in target.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    "arguments",
    [["--world", "no-such-world"], ["--name", "not a name"], ["--name", "class"]],
)
def test_bad_options(guest: Any, python: Any, tmp_path: Path, arguments: list[str]) -> None:
    done = python("-m", "dovetail.bindgen", guest("kv"), "--out-dir", tmp_path / "kv", *arguments)
    assert done.returncode == 1
    assert arguments[1] in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "kv").exists()


def test_an_output_where_no_folder_can_be(guest: Any, python: Any) -> None:
    done = python("-m", "dovetail.bindgen", guest("kv"), "--out-dir", "/proc/kv/package")
    assert (done.returncode, done.stdout) == (1, "")
    assert "/proc/kv" in done.stderr
    assert "Traceback" not in done.stderr
