"""Measures Dovetail and wasmtime-py in one run, on the same guests, and prints nanoseconds and ratios.

`bench/run.py` prints a table, `bench/run.py --json` the same as JSON. Run it through `cargo xtask bench`, which builds everything
with optimisation first. Each engine is measured in a process of its own, so that neither sees the other's signal handlers.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from cases import ALL, CALLS

HERE = Path(__file__).resolve().parent

# By how much Dovetail must be faster, where that was promised.
WANTED = {
    **dict.fromkeys(CALLS, 20.0),
    "string_1m": 2.0,
    "bytes_in_1m": 1000.0,
    "bytes_1m": 1000.0,
    "compile": 1.0,
}


def measure(program: str) -> dict[str, float]:
    """Runs one of the measuring programs."""
    path = os.pathsep.join([str(HERE), str(HERE.parent / "python")])
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run([sys.executable, HERE / program], env=environment, stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def machine() -> str:
    """What the figures depend on."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, CPython {platform.python_version()}"


def readable(nanoseconds: float) -> str:
    """A time in the unit that suits it."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.3g} {unit}"
    return f"{nanoseconds:.0f} ns"


def table(report: dict[str, object], dovetail: dict[str, float], wasmtime: dict[str, float]) -> str:
    """The report for people, as a Markdown table."""
    lines = [
        f"{report['machine']}, {report['date']}; wasmtime-py {report['wasmtime']}",
        "",
        "| case | Dovetail | wasmtime-py | ratio |",
        "|---|---:|---:|---:|",
    ]
    for name, title in ALL.items():
        ratio = wasmtime[name] / dovetail[name]
        short = "" if ratio >= WANTED.get(name, 0.0) else f" (wanted: {WANTED[name]:g})"
        lines.append(f"| {title} | {readable(dovetail[name])} | {readable(wasmtime[name])} | {ratio:.3g}{short} |")
    return "\n".join(lines)


def main() -> int:
    """Measures both and prints the report; fails where a promised ratio is missed."""
    parser = argparse.ArgumentParser(description="Measure Dovetail and wasmtime-py.")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args()
    dovetail, wasmtime = measure("of_dovetail.py"), measure("of_wasmtime.py")
    report: dict[str, object] = {
        "machine": machine(),
        "date": datetime.date.today().isoformat(),
        "wasmtime": metadata.version("wasmtime"),
        "cases": {
            name: {
                "title": title,
                "dovetail_ns": dovetail[name],
                "wasmtime_ns": wasmtime[name],
                "ratio": wasmtime[name] / dovetail[name],
                "wanted": WANTED.get(name),
            }
            for name, title in ALL.items()
        },
    }
    print(json.dumps(report, indent=2) if arguments.json else table(report, dovetail, wasmtime))
    missed = [name for name, wanted in WANTED.items() if wasmtime[name] / dovetail[name] < wanted]
    if missed:
        print(f"below the promised ratio: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
