"""Guests that are stopped: the code, the backtrace with names, and what can be done with the store afterwards."""

from __future__ import annotations

import faulthandler
import signal
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from dovetail import Store, Trap, TrapCode
from everything_host import Host


@pytest.fixture
def module(package: Callable[[str], ModuleType]) -> ModuleType:
    """The generated package."""
    return package("everything")


@pytest.fixture
def world(module: ModuleType) -> Iterator[Any]:
    """The component in a store."""
    with Store() as store:
        yield module.Everything(store, module.EverythingImports(host=Host(module)))


def stopped(call: Callable[[], object]) -> Trap:
    """The trap that a call ends with."""
    with pytest.raises(Trap) as caught:
        call()
    return caught.value


def test_unreachable_has_a_backtrace_with_names(world: Any) -> None:
    trap = stopped(world.troubles.crash)
    assert trap.code is TrapCode.UNREACHABLE
    names = [frame.func_name or "" for frame in trap.frames]
    assert "inner" in names[0]
    assert "outer" in names[1]
    assert all(frame.module_offset for frame in trap.frames)
    assert "wasm backtrace" in str(trap)
    assert "inner" in str(trap)


def test_division_by_zero(world: Any) -> None:
    assert world.troubles.divide(7, -2) == -3
    assert stopped(lambda: world.troubles.divide(1, 0)).code is TrapCode.INTEGER_DIVISION_BY_ZERO


def test_out_of_bounds(world: Any) -> None:
    assert stopped(world.troubles.out_of_bounds).code is TrapCode.MEMORY_OUT_OF_BOUNDS


def test_stack_overflow(world: Any) -> None:
    trap = stopped(world.troubles.recurse)
    assert trap.code is TrapCode.STACK_OVERFLOW
    assert any("deeper" in (frame.func_name or "") for frame in trap.frames)


def test_a_component_that_trapped_cannot_be_entered_again(world: Any) -> None:
    stopped(world.troubles.crash)
    assert stopped(lambda: world.add(1, 2)).code is TrapCode.CANNOT_ENTER_COMPONENT


def test_other_instances_go_on_after_a_trap(module: ModuleType, world: Any) -> None:
    for _ in range(100):
        with Store() as store:
            other = module.Everything(store, module.EverythingImports(host=Host(module)))
            stopped(other.troubles.out_of_bounds)
    assert world.add(1, 2) == 3


def test_re_entry_through_the_host_is_refused(module: ModuleType) -> None:
    class Calling(Host):
        def next(self, value: int) -> int:
            result: int = world.add(value, 1)
            return result

    with Store() as store:
        world = module.Everything(store, module.EverythingImports(host=Calling(module)))
        assert stopped(lambda: world.call_host(1)).code is TrapCode.CANNOT_ENTER_COMPONENT


def test_faulthandler_still_sees_faults_of_the_process(
    guest: Callable[[str], Path], packages: Path, python: Any
) -> None:
    program = textwrap.dedent(
        """
        import ctypes, faulthandler, sys
        faulthandler.enable()
        from dovetail import Engine, Store, Module, Instance, Trap, wat2wasm
        store = Store()
        wasm = wat2wasm('(module (func (export "f") unreachable) (memory 1) (func (export "g") (drop (i32.load (i32.const -4)))))')
        exports = Instance(store, Module(store.engine, wasm), []).exports(store)
        for name in ("f", "g"):
            try:
                exports[name](store)
            except Trap as trap:
                print(trap.code.name, flush=True)
        ctypes.string_at(0)
        """
    )
    done = python("-c", program)
    assert done.stdout.split() == ["UNREACHABLE", "MEMORY_OUT_OF_BOUNDS"], done.stderr
    assert done.returncode == -11
    assert "Fatal Python error: Segmentation fault" in done.stderr
    assert "string_at" in done.stderr


def test_a_trap_is_not_reported_by_faulthandler(world: Any, capfd: pytest.CaptureFixture[str]) -> None:
    was_enabled = faulthandler.is_enabled()
    faulthandler.enable(sys.__stderr__)
    try:
        stopped(world.troubles.out_of_bounds)
    finally:
        if not was_enabled:
            faulthandler.disable()
    assert "Segmentation fault" not in capfd.readouterr().err


def test_a_signal_during_a_call_is_handled_afterwards(world: Any) -> None:
    seen: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, frame: seen.append(number))
    try:
        signal.raise_signal(signal.SIGUSR1)
        world.call_host(10)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert seen == [signal.SIGUSR1]


def test_use_from_a_second_thread_is_refused(module: ModuleType) -> None:
    """A store belongs to one thread at a time: while a call is under way, another thread is turned away."""
    errors: list[BaseException] = []

    def other() -> None:
        try:
            world.add(1, 2)
        except BaseException as error:
            errors.append(error)

    class Threading(Host):
        def notify(self, message: str) -> None:
            thread = threading.Thread(target=other)
            thread.start()
            thread.join(10)

    with Store() as store:
        world = module.Everything(store, module.EverythingImports(host=Threading(module)))
        world.ask_locate("home")
        assert len(errors) == 1
        assert "thread" in str(errors[0])
        assert world.add(1, 2) == 3
