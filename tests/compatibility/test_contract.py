"""The contract between generated packages and the engine: earlier minor versions run, everything else is refused in words."""

from __future__ import annotations

import importlib
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from dovetail import CompileError, Err, LinkError, Store, bindgen, wat2wasm

HERE = Path(__file__).parent
GUEST = HERE / "guest.wat"


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Imports a package of the test's folder."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def load(name: str) -> ModuleType:
        importlib.invalidate_caches()
        sys.modules.pop(name, None)
        return importlib.import_module(name)

    return load


def use(world: Any) -> None:
    """Calls both functions of the guest."""
    assert world.add(2, 3) == 5
    assert world.half(8) == 4
    with pytest.raises(Err) as caught:
        world.half(7)
    assert caught.value.value == 7


def test_the_earliest_contract_runs(tmp_path: Path, load: Callable[[str], ModuleType]) -> None:
    shutil.copytree(HERE / "contract_1_0", tmp_path / "contract_1_0")
    package = load("contract_1_0")
    with Store() as store:
        use(package.Contract10(store))


@pytest.fixture
def changed(tmp_path: Path, load: Callable[[str], ModuleType]) -> Callable[[dict[str, Any]], ModuleType]:
    """A package of today whose plan was changed; `None` removes an entry."""

    def change(entries: dict[str, Any]) -> ModuleType:
        bindgen.write(bindgen.generate(wat2wasm(GUEST.read_bytes()), name="today"), tmp_path / "today")
        path = tmp_path / "today/today.plan.json"
        plan = {**json.loads(path.read_text()), **entries}
        path.write_text(json.dumps({key: value for key, value in plan.items() if value is not None}))
        return load("today")

    return change


def test_a_package_of_today_runs(changed: Callable[[dict[str, Any]], ModuleType]) -> None:
    with Store() as store:
        use(changed({}).Today(store))


@pytest.mark.parametrize(
    ("contract", "text"),
    [
        (
            "1.999",
            "`today.plan.json` has contract 1.999, but this version of dovetail runs 1.0 to 1.2: upgrade dovetail, or generate "
            "the package again with this version",
        ),
        (
            "2.0",
            "`today.plan.json` has contract 2.0, but this version of dovetail runs 1.0 to 1.2: generate the package again",
        ),
        (
            None,
            "`today.plan.json` names no version of the contract, so that it was generated before there was one (this version "
            "of dovetail runs 1.0 to 1.2): generate the package again",
        ),
    ],
)
def test_other_contracts_are_refused(
    changed: Callable[[dict[str, Any]], ModuleType], contract: str | None, text: str
) -> None:
    package = changed({"contract": contract})
    with Store() as store, pytest.raises(CompileError) as caught:
        package.Today(store)
    assert str(caught.value) == text


def test_python_and_plan_of_two_generations_are_refused(changed: Callable[[dict[str, Any]], ModuleType]) -> None:
    package = changed({"fingerprint": "0123456789abcdef"})
    python = (Path(package.__path__[0]) / "__init__.py").read_text().partition('fingerprint="')[2][:16]
    with Store() as store, pytest.raises(CompileError) as caught:
        package.Today(store)
    assert str(caught.value) == (
        f"`today` and its `today.plan.json` were not generated together: the Python has the fingerprint {python}, the plan the "
        "fingerprint 0123456789abcdef: generate the package again"
    )


def test_wit_alone_cannot_run(tmp_path: Path, load: Callable[[str], ModuleType]) -> None:
    wit = {"world.wit": "package a:b@0.1.0;\nworld plain { export f: func() -> u32; }\n"}
    bindgen.write(bindgen.generate(wit=wit, name="plain"), tmp_path / "plain")
    package = load("plain")
    with Store() as store, pytest.raises(LinkError) as caught:
        package.Plain(store)
    assert str(caught.value) == (
        "`plain` has no `*.plan.json` beside `__init__.py`, as when it was generated from WIT alone: to run it, generate it "
        "from a component of world plain of a:b@0.1.0"
    )
