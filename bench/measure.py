"""How the benchmark takes time: the best of several rounds, each long enough for the clock."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

ROUNDS = 7
"""Rounds per case. The best one counts: everything that disturbs a round makes it longer."""

SECONDS = 0.1
"""How long a round is at least, unless a single call takes longer."""


def nanoseconds(operation: Callable[[], object], *, per: int = 1, seconds: float = SECONDS) -> float:
    """Measures an operation, which may do its work `per` times in itself."""
    clock = time.perf_counter_ns
    count = 1
    while True:
        start = clock()
        for _ in range(count):
            operation()
        spent = clock() - start
        if spent > seconds * 1e9 / 4 or count > 10_000_000:
            break
        count *= 4
    rounds = 3 if spent / count > 5e8 else ROUNDS
    count = max(1, int(seconds * 1e9 * count / max(spent, 1)))
    repeated = range(count)
    best = spent / count if spent / count > 2e9 else float("inf")
    for _ in range(rounds):
        start = clock()
        for _ in repeated:
            operation()
        best = min(best, (clock() - start) / count)
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
