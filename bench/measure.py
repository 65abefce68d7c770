"""How the benchmark takes time: the best of many short rounds."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

SECONDS = 0.005
"""How long a round is, unless a single run of the statement takes longer: short enough that most rounds run without another process
in between. The best one counts, since everything that disturbs a round makes it longer.
"""

ROUNDS = 100
"""Rounds per case."""

ENOUGH = 2.0
"""After so many seconds no further round is begun, once there were three."""

ROUND = """
def round(count):
    _repeated = range(count)
    _begun = _clock()
    for _ in _repeated:
        {statement}
    return _clock() - _begun
"""


def nanoseconds(statement: str, *, per: int = 1, **names: object) -> float:
    """Measures a statement, which may do its work `per` times in itself. It stands in the loop itself, as a program writes it: the
    call of a lambda around it would cost as much as a short call of the engine.
    """
    scope: dict[str, object] = {"_clock": time.perf_counter_ns}
    arguments = ", ".join(names)
    # A closure over the names: they are found as fast as local variables are.
    code = (
        f"def make({arguments}):\n" + ROUND.format(statement=statement).replace("\n", "\n    ") + "\n    return round\n"
    )
    exec(code, scope)
    make: Callable[..., Callable[[int], int]] = scope["make"]  # type: ignore[assignment]
    measured = make(**names)
    count = 1
    while (spent := measured(count)) < SECONDS * 1e9 / 4:
        count *= 4
    count = max(1, int(SECONDS * 1e9 * count / spent))
    best, end = float("inf"), time.monotonic() + ENOUGH
    for number in range(ROUNDS):
        if number >= 3 and time.monotonic() > end:
            break
        best = min(best, measured(count) / count)
    return best / per


def import_nanoseconds(module: str) -> float:
    """How much longer a Python process takes that imports a module than one that does not."""

    def process(code: str) -> float:
        best = float("inf")
        for _ in range(10):
            start = time.perf_counter_ns()
            subprocess.run([sys.executable, "-c", code], check=True)
            best = min(best, time.perf_counter_ns() - start)
        return best

    return process(f"import {module}") - process("pass")
