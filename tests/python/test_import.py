"""What `import dovetail` costs: the modules that it loads, and the time."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from types import ModuleType

import dovetail
import pytest

Python = Callable[..., CompletedProcess[str]]

MILLISECONDS = 15.0
"""What importing may take."""


def test_importing_loads_the_engine_alone(python: Python) -> None:
    program = "import sys; before = set(sys.modules); import dovetail; print(sorted({*sys.modules} - before))"
    done = python("-S", "-c", program)
    assert done.stdout.strip() == "['dovetail', 'dovetail._engine']", done.stderr


def test_importing_takes_little_time(python: Python) -> None:
    program = "import time; start = time.perf_counter(); import dovetail; print(time.perf_counter() - start)"
    best = min(float(python("-S", "-c", program).stdout) for _ in range(10))
    assert best * 1000 < MILLISECONDS


def test_calling_into_core_modules_needs_no_class_of_wasi(python: Python) -> None:
    program = """if True:
        import sys
        from dovetail import Instance, Module, Store
        store = Store()
        Instance(store, Module(store.engine, '(module)'), [])
        heavy = 'dataclasses', 'enum', 'inspect', 'typing', 'dovetail._wasi', 'dovetail._values'
        print([name for name in heavy if name in sys.modules])
    """
    done = python("-S", "-c", program)
    assert done.stdout.strip() == "[]", done.stderr


def test_a_generated_package_needs_little_of_dovetail(package: Callable[[str], ModuleType], python: Python) -> None:
    [directory] = package("kv").__path__
    program = "import sys, kv; print(sorted(name for name in sys.modules if name.startswith('dovetail')))"
    done = python("-S", "-c", program, path=Path(directory).parent)
    loaded = ["dovetail", "dovetail._engine", "dovetail._submodules", "dovetail._values", "dovetail.component"]
    assert done.stdout.strip() == str(loaded), done.stderr


def test_a_generated_package_loads_the_modules_of_wasi_when_they_are_used(python: Python) -> None:
    program = """if True:
        import sys, typing
        from dovetail import Store
        from dovetail.bindgen import _generated as package

        def loaded():
            return sorted(name for name in sys.modules if name.startswith(package.imports.__name__ + '.'))

        with Store() as store:
            package.Bindgen(store)
        print(loaded())
        print(package.imports.random.__name__)
        print(len(loaded()))
        print(typing.get_type_hints(package.BindgenImports)['stdin'].__args__[0] is package.imports.stdin.Stdin)
        print(hasattr(package.imports, 'nobody'), hasattr(package.imports, '__wrapped__'))
    """
    done = python("-c", program)
    expected = ["[]", "dovetail.bindgen._generated.imports.random", "1", "True", "False False"]
    assert done.stdout.split("\n")[:-1] == expected, done.stderr


@pytest.mark.parametrize("name", dovetail.__all__)
def test_every_name_is_there(name: str) -> None:
    assert name in dir(dovetail)
    found = getattr(dovetail, name)
    home = dovetail._HOMES.get(name, "_engine")
    assert found is getattr(importlib.import_module(f"dovetail.{home}"), name)
    assert vars(dovetail)[name] is found, "looked up once"


def test_other_names_are_missing() -> None:
    with pytest.raises(AttributeError, match=r"module 'dovetail' has no attribute 'Linkr'"):
        dovetail.Linkr  # noqa: B018


SUBINTERPRETER = """
import sys, types
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

def run(interpreter, code):
    try:
        failure = getattr(interpreters, "exec", None) or interpreters.run_string
        failure = failure(interpreter, code)
        assert failure is not None, "it was imported"
        print(failure.type.__name__, failure.msg)
    except interpreters.RunFailedError as error:
        print(error)

code = f"import sys; sys.path[:0] = {sys.path!r}; import dovetail"
if FIRST:
    import dovetail
interpreter = interpreters.create(LOOK)
run(interpreter, code)
interpreters.destroy(interpreter)
import dovetail
print(dovetail.Store().timeout)
"""


@pytest.mark.parametrize("first", [True, False], ids=["first", "after"])
def test_subinterpreters_are_refused(python: Python, first: bool) -> None:
    """What the engine keeps is kept once per process, and its exceptions are the main interpreter's."""
    # From 3.12 on Python itself refuses modules that do not say that they work in an isolated one.
    look = "'legacy'" if sys.version_info >= (3, 13) else "isolated=False" if sys.version_info >= (3, 12) else ""
    program = SUBINTERPRETER.replace("FIRST", str(first)).replace("LOOK", look)
    done = python("-c", program)
    message = "dovetail cannot be imported in a subinterpreter: use threads, each with a store of its own, or processes"
    [refusal, rest] = done.stdout.splitlines()
    assert (message in refusal, "ImportError" in refusal, rest) == (True, True, "None"), done.stderr
