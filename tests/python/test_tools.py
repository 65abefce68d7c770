"""Python's tools go on working while guests run: faulthandler, tracing, profiling, coverage, debuggers."""

from __future__ import annotations

import bdb
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from types import FrameType
from typing import Any

import pytest
from dovetail import Store
from endless_guest import instantiate

HERE = Path(__file__).parent
Python = Callable[..., CompletedProcess[str]]


def test_faulthandler_shows_where_a_guest_was_called(python: Python) -> None:
    """From its own thread, without the GIL: in a guest that has given it away, and in one that has just begun."""
    code = f"""
import faulthandler, sys
sys.path.append({str(HERE)!r})
from dovetail import Store, TimeoutTrap
from endless_guest import instantiate
def call_the_guest():
    instantiate(Store(timeout=0.6)).spin()
faulthandler.dump_traceback_later(0.3)
try:
    call_the_guest()
except TimeoutTrap:
    print("stopped")
"""
    done = python("-c", code)
    assert (done.returncode, done.stdout) == (0, "stopped\n")
    assert "Timeout (0:00:00.300000)!" in done.stderr
    assert "in call_the_guest" in done.stderr


TRAPS = """
import sys
sys.path.append({path!r})
from dovetail import Store, Trap
from dovetail.component import Component
import everything
from everything_host import Host
{before}
store = Store()
worlds = [everything.Everything(store, everything.EverythingImports(host=Host(everything))) for _ in range(3)]
worlds[0].add(1, 2)
{after}
for world, name in zip(worlds, ("crash", "out_of_bounds", "recurse")):
    try:
        getattr(world.troubles, name)()
    except Trap as trap:
        print(trap.code.name)
"""


@pytest.mark.parametrize("place", ["before", "after"])
def test_faulthandler_beside_traps(everything: Any, python: Python, place: str) -> None:
    """A trap is a signal that it would report as fatal: enabled before or after a store was made, it is not asked."""
    lines = {"before": "", "after": "", place: "import faulthandler; faulthandler.enable()"}
    code = TRAPS.format(path=str(HERE.parent), **lines)
    done = python("-c", code, path=Path(everything.__file__).parents[1])
    assert done.stdout.split() == ["UNREACHABLE", "MEMORY_OUT_OF_BOUNDS", "STACK_OVERFLOW"], done.stderr
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("place", ["before", "after"])
def test_faulthandler_reports_what_is_no_trap(everything: Any, python: Python, place: str) -> None:
    lines = {"before": "", "after": "", place: "import faulthandler; faulthandler.enable()"}
    code = TRAPS.format(path=str(HERE.parent), **lines) + "\nimport ctypes; ctypes.string_at(1)\n"
    done = python("-c", code, path=Path(everything.__file__).parents[1])
    assert done.stdout.split() == ["UNREACHABLE", "MEMORY_OUT_OF_BOUNDS", "STACK_OVERFLOW"], done.stderr
    assert done.returncode == -11
    assert "Fatal Python error: Segmentation fault" in done.stderr
    assert "string_at" in done.stderr


def notice_twice(value: int) -> int:
    """A host function whose lines are counted."""
    doubled = value * 2
    return int(doubled < 4)


@pytest.fixture
def instance() -> Any:
    """An instance that calls `notice_twice`, each time after a while: attached and detached by turns."""
    with Store() as store:
        yield instantiate(store, notice_twice)


def test_settrace_sees_host_functions(instance: Any) -> None:
    lines: list[int] = []

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        if frame.f_code.co_name != "notice_twice":
            return None
        if event == "line":
            lines.append(frame.f_lineno - frame.f_code.co_firstlineno)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        assert instance.ask(50_000_000) == 2
    finally:
        sys.settrace(before)
    assert lines == [2, 3, 2, 3]


def test_setprofile_sees_host_functions(instance: Any) -> None:
    events: list[str] = []

    def profile(frame: FrameType, event: str, argument: object) -> None:
        if frame.f_code.co_name == "notice_twice" and event in ("call", "return"):
            events.append(event)

    sys.setprofile(profile)
    try:
        assert instance.ask(50_000_000) == 2
    finally:
        sys.setprofile(None)
    assert events == ["call", "return"] * 2


def test_a_debugger_stops_in_a_host_function(instance: Any) -> None:
    stops: list[tuple[int, int]] = []

    class Debugger(bdb.Bdb):
        def user_line(self, frame: FrameType) -> None:
            if frame.f_code.co_name == "notice_twice":
                stops.append((frame.f_locals["value"], frame.f_lineno - frame.f_code.co_firstlineno))
            self.set_continue()

    debugger = Debugger()
    debugger.reset()
    line = notice_twice.__code__.co_firstlineno + 3
    assert debugger.set_break(__file__, line) is None
    before = sys.gettrace()
    debugger.runcall(instance.ask, 50_000_000)
    sys.settrace(before)
    assert stops == [(1, 3), (2, 3)]


def test_coverage_counts_host_functions(python: Python, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        f"""import sys
sys.path.append({str(HERE)!r})
from dovetail import Store
from endless_guest import instantiate
def notice(value):
    if value < 2:
        return 1
    return 0
def never():
    return 1
print(instantiate(Store(), notice).ask(50_000_000))
"""
    )
    done = python("-m", "coverage", "run", "--include", program, program, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "2\n"), done.stderr
    report = python("-m", "coverage", "report", "--show-missing", cwd=tmp_path)
    assert report.stdout.splitlines()[2].split()[1:] == ["11", "1", "91%", "10"], report.stdout
