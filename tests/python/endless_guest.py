"""The guest `endless.wat` for the tests: a program of its own and a thread may use it too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from dovetail import Engine, Store
from dovetail.component import Component, Linker

GUEST = Path(__file__).parent / "guests" / "endless.wat"


def load(engine: Engine) -> Component:
    """The component."""
    return Component(engine, GUEST.read_text(), name="endless")


def instantiate(
    store: Store, notice: Callable[[int], int] = lambda value: 0, component: Component | None = None
) -> Any:
    """An instance whose host function is `notice`."""
    linker = Linker(store.engine)
    linker.add_wasip2()
    linker.root().add_func("notice", lambda _store, value: notice(value))
    return linker.instantiate(store, component or load(store.engine)).exports


def rounds_of(seconds: float, instance: Any) -> int:
    """How many rounds of `work` take about so long on this machine, as busy as it is."""
    from time import perf_counter

    rounds = 1_000_000
    while True:
        start = perf_counter()
        instance.work(rounds)
        took = perf_counter() - start
        if took > 0.02:
            return max(1, int(rounds * seconds / took))
        rounds *= 4
