"""The engine's own WASI serves where no object is given."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import ModuleType, SimpleNamespace

import pytest
from dovetail import Store, WasiConfig


def test_wasi_needs_no_object(case: ModuleType, part: Callable[[str], ModuleType]) -> None:
    clock = part("imports.wall_clock")
    calendar = SimpleNamespace(
        later=lambda than: clock.Datetime(seconds=than.seconds + 60, nanoseconds=than.nanoseconds)
    )
    with Store(wasi=WasiConfig()) as store:
        world = case.Wasi(store, case.WasiImports(calendar=calendar))
        now = world.clock.now()
        assert abs(now.seconds - time.time()) < 60
        assert world.clock.later(now).seconds == now.seconds + 60
        assert len(world.clock.insecure_seed()) == 2
    with pytest.raises(TypeError, match="calendar"):
        case.WasiImports()


def test_an_object_takes_the_place_of_wasi(case: ModuleType, part: Callable[[str], ModuleType]) -> None:
    clock = part("imports.wall_clock")
    fixed = SimpleNamespace(
        now=lambda: clock.Datetime(seconds=1, nanoseconds=2),
        resolution=lambda: clock.Datetime(seconds=0, nanoseconds=1),
    )
    with Store() as store:
        imports = case.WasiImports(wall_clock=fixed, calendar=SimpleNamespace(later=lambda than: than))
        world = case.Wasi(store, imports)
        assert world.clock.now() == clock.Datetime(seconds=1, nanoseconds=2)
