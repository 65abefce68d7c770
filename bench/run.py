"""Measures Dovetail, the floor and wasmtime-py in one run, and prints nanoseconds, ratios, and which targets are met.

The floor is a PyO3 module that converts the same values and has no WebAssembly behind it (bench/floor). `bench/run.py` prints a table,
`bench/run.py --json` the same as JSON. Run it through `cargo xtask bench`, which builds everything with optimisation first. Each is
measured in a process of its own, so that none sees another's signal handlers, and they take turns: a machine that others share has slow
phases, which last for seconds, and must not strike one of the three alone. Of each row the best turn counts, for all alike.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from cases import CASES

HERE = Path(__file__).resolve().parent

Figures = dict[str, float]
"""Nanoseconds by case."""

ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": str(64 << 20), "MALLOC_TRIM_THRESHOLD_": str(64 << 20)}
"""For all alike: glibc keeps what was freed, so that an object of a megabyte costs its copies and not the system's fresh pages."""


def measure(program: str, *path: str) -> Figures:
    """Runs one of the measuring programs."""
    search = os.pathsep.join([str(HERE), str(HERE.parent / "python"), *path])
    environment = {**os.environ, **ALLOCATOR, "PYTHONPATH": search}
    done = subprocess.run([sys.executable, HERE / program], env=environment, stdout=subprocess.PIPE, check=True)
    found: Figures = json.loads(done.stdout)
    return found


def in_turn(programs: dict[str, list[str]], turns: int) -> dict[str, Figures]:
    """The best figures of each program, which run one after the other so many times."""
    best: dict[str, Figures] = {program: {} for program in programs}
    for turn in range(turns):
        for program, path in programs.items():
            if sys.stderr.isatty():
                print(f"turn {turn + 1} of {turns}: {program}", file=sys.stderr)
            for name, figure in measure(program, *path).items():
                best[program][name] = min(figure, best[program].get(name, figure))
    return best


def machine() -> str:
    """What the figures depend on."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, CPython {platform.python_version()}"


def readable(nanoseconds: float | None) -> str:
    """A time in the unit that suits it."""
    if nanoseconds is None:
        return ""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.3g} {unit}"
    return f"{nanoseconds:.0f} ns"


class Row:
    """One case with its figures."""

    def __init__(self, name: str, dovetail: Figures, floor: Figures, wasmtime: Figures) -> None:
        self.case = CASES[name]
        self.dovetail, self.floor, self.wasmtime = dovetail[name], floor.get(name), wasmtime.get(name)
        self.floors = self.dovetail / self.floor if self.floor else None
        self.faster = self.wasmtime / self.dovetail if self.wasmtime else None
        self.compared = self.dovetail / dovetail[self.case.compared[0]] if self.case.compared else None

    def missed(self) -> Iterator[tuple[str, float]]:
        """The targets that are not met, and by what factor."""
        if self.case.floor is not None and self.floors is not None and self.floors > self.case.floor:
            yield f"{self.case.floor:g} times the floor", self.floors / self.case.floor
        if self.case.wasmtime is not None and self.faster is not None and self.faster < self.case.wasmtime:
            yield f"{self.case.wasmtime:,g} times wasmtime-py", self.case.wasmtime / self.faster
        if self.case.within is not None and self.dovetail > self.case.within:
            yield f"within {readable(self.case.within)}", self.dovetail / self.case.within
        if self.compared is not None and self.case.compared is not None and self.compared > self.case.compared[1]:
            yield f"{self.case.compared[1]:.3f} of `{self.case.compared[0]}`", self.compared / self.case.compared[1]

    def line(self) -> str:
        """The row for people."""
        floors = "" if self.floors is None else f"{self.floors:.2f}"
        faster = "" if self.faster is None else f"{self.faster:,.3g}" if self.faster < 100 else f"{self.faster:,.0f}"
        case = self.case
        targets = any(target is not None for target in (case.floor, case.wasmtime, case.within, case.compared))
        verdict = ", ".join(f"misses {target} by {factor:.2f}" for target, factor in self.missed())
        times = f"{readable(self.dovetail)} | {readable(self.floor)} | {readable(self.wasmtime)}"
        return f"| {self.case.title} | {times} | {floors} | {faster} | {verdict or ('met' if targets else '')} |"

    def json(self) -> dict[str, object]:
        """The row for programs."""
        return {
            "title": self.case.title,
            "dovetail_ns": self.dovetail,
            "floor_ns": self.floor,
            "wasmtime_ns": self.wasmtime,
            "times_the_floor": self.floors,
            "times_faster_than_wasmtime": self.faster,
            "missed": dict(self.missed()),
        }


def table(rows: list[Row]) -> str:
    """The report for people, as a Markdown table."""
    lines = [
        f"{machine()}, {datetime.date.today().isoformat()}; wasmtime-py {metadata.version('wasmtime')}",
        "",
        "| case | Dovetail | floor | wasmtime-py | times the floor | times faster than wasmtime-py | targets |",
        "|---|---:|---:|---:|---:|---:|---|",
        *(row.line() for row in rows),
    ]
    return "\n".join(lines)


def main() -> int:
    """Measures all and prints the report; fails where a target is missed."""
    parser = argparse.ArgumentParser(description="Measure Dovetail, its floor and wasmtime-py.")
    parser.add_argument("--floor", metavar="DIRECTORY", help="where the built module `floor` is")
    parser.add_argument("--only-dovetail", action="store_true", help="leave wasmtime-py out")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--turns", type=int, default=3, metavar="N", help="measure each so many times (default: 3)")
    arguments = parser.parse_args()
    programs: dict[str, list[str]] = {"of_dovetail.py": []}
    if arguments.floor:
        programs["of_floor.py"] = [arguments.floor]
    if not arguments.only_dovetail:
        programs["of_wasmtime.py"] = []
    best = in_turn(programs, max(1, arguments.turns))
    dovetail, floor, wasmtime = (
        best.get(program, {}) for program in ("of_dovetail.py", "of_floor.py", "of_wasmtime.py")
    )
    rows = {name: Row(name, dovetail, floor, wasmtime) for name in CASES if name in dovetail}
    if arguments.json:
        cases = {name: row.json() for name, row in rows.items()}
        print(json.dumps({"machine": machine(), "wasmtime": metadata.version("wasmtime"), "cases": cases}, indent=2))
    else:
        print(table(list(rows.values())))
    missed = [name for name, row in rows.items() if any(row.missed())]
    if missed:
        print(f"targets missed: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
