"""What the soaks share: packages of the guests, how long they may take, and what they draw lots from."""

from __future__ import annotations

import logging
import random
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from soak_awaited import Awaited
from soak_calls import Calls
from soak_copies import Copies
from soak_limits import AwaitedLimits, Interrupted, Limits
from soak_wasi import Wasi
from soaking import Part

SHORT, LONG = 20.0, 600.0
"""How many seconds all soaks together may take."""

Parts = Callable[[random.Random], list[Part]]


@pytest.fixture
def seconds(request: pytest.FixtureRequest) -> float:
    """How long all soaks together may take."""
    return LONG if request.config.getoption("--all") else SHORT


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> str:
    """What the lots begin with; printed when a soak fails."""
    seed = request.config.getoption("--seed")
    print(f"drawn with --seed {seed}")
    return str(seed)


@pytest.fixture
def parts(package: Callable[[str], ModuleType], both_faces: Callable[[str], ModuleType], guest: Any) -> Parts:
    """Makes the parts that any thread may have."""
    everything, waiter, sleeper = package("everything"), both_faces("waiter"), both_faces("sleeper")

    def make(chance: random.Random) -> list[Part]:
        calls = Calls(chance, everything)
        beside = list(calls.operations())
        return [
            calls,
            Awaited(chance, waiter, lambda: chance.choice(beside)()),
            Wasi(chance, sleeper),
            Copies(chance, everything, guest("everything")),
            Limits(chance),
            AwaitedLimits(chance, waiter),
        ]

    return make


@pytest.fixture(autouse=True)
def nothing_is_swallowed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Exceptions that Python could only print are failures, save those of signals, which may strike in a finalizer; asyncio's
    complaints of tasks that were left are none."""
    printed: list[str] = []

    def hook(problem: sys.UnraisableHookArgs) -> None:
        if not isinstance(problem.exc_value, Interrupted):
            printed.append(f"{problem.exc_value!r}: {problem.object!r}")

    monkeypatch.setattr(sys, "unraisablehook", hook)
    level = logging.getLogger("asyncio").level
    logging.getLogger("asyncio").setLevel(logging.CRITICAL + 1)
    yield
    logging.getLogger("asyncio").setLevel(level)
    assert not printed, "\n".join(printed[:10])
