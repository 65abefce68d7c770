"""Exceptions on their way through a guest: from every place where a host is called the same object comes out, with its
traceback; nothing of it stays behind; and traps say what stopped the guest."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from dovetail import Err, ExitTrap, Module, Store, Trap, TrapCode
from everything_host import Counter, Host

STOPPED = "cannot enter component instance: an earlier call into it was stopped"


def raiser(error: BaseException) -> Callable[..., Any]:
    """A function that raises, whatever it is given."""

    def raising(*_arguments: Any) -> Any:
        raise error

    return raising


def counter(**attributes: Any) -> dict[str, Any]:
    """What a host needs whose resource class has these attributes."""
    return {"Counter": type("Changed", (Counter,), attributes)}


PLACES: dict[str, tuple[Callable[[Callable[..., Any]], dict[str, Any]], Callable[[Any], object]]] = {
    "function": (lambda f: {"next": f}, lambda w: w.call_host(1)),
    "function without result": (lambda f: {"notify": f}, lambda w: w.ask_locate("home")),
    "function with a WIT result": (lambda f: {"divide": f}, lambda w: w.ask_divide(1, 1)),
    "constructor": (lambda f: counter(__init__=f), lambda w: w.counters.use_counters(1, 2)),
    "static": (lambda f: counter(sum=staticmethod(f)), lambda w: w.counters.use_counters(1, 2)),
    "method": (lambda f: counter(add=f), lambda w: w.counters.bump(w.made(1), 1)),
    "drop": (lambda f: counter(drop=f), lambda w: w.counters.use_counters(1, 2)),
}
ERRORS = [
    KeyError("k"),
    KeyboardInterrupt(),
    SystemExit(3),
    GeneratorExit(),
    StopIteration(1),
    Trap("mine"),
    ExitTrap(3),
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_the_same_object_comes_out(make: Any, place: str, error: BaseException) -> None:
    attributes, call = PLACES[place]
    changed = attributes(raiser(error))
    world = make(**changed)
    world.made = changed.get("Counter")
    with pytest.raises(type(error)) as caught:
        call(world)
    assert caught.value is error
    assert "raising" in [frame.name for frame in caught.traceback]
    error.__traceback__ = None


@pytest.mark.parametrize("place", ["function", "function without result", "constructor", "static", "method", "drop"])
def test_an_err_from_a_function_without_result_is_any_exception(make: Any, place: str) -> None:
    error = Err("text")
    attributes, call = PLACES[place]
    changed = attributes(raiser(error))
    world = make(**changed)
    world.made = changed.get("Counter")
    with pytest.raises(Err) as caught:
        call(world)
    assert caught.value is error
    with pytest.raises(Trap) as trap:
        world.add(1, 2)
    assert (trap.value.code, str(trap.value)) == (TrapCode.CANNOT_ENTER_COMPONENT, STOPPED)


def test_an_err_that_is_returned(make: Any) -> None:
    with pytest.raises(TypeError) as caught:
        make(divide=lambda self, one, two: Err("no")).ask_divide(1, 0)
    wrong = "result of `host.divide`: ok payload: expected int, got Err"
    assert str(caught.value) == f"{wrong}; an `Err` is to be raised, not returned"


def test_an_err_whose_value_does_not_fit_says_why(make: Any) -> None:
    error = Err(3)
    world = make(divide=raiser(error))
    with pytest.raises(Err) as caught:
        world.ask_divide(1, 1)
    assert caught.value is error
    assert isinstance(error.__context__, TypeError)
    assert str(error.__context__) == "result of `host.divide`: error payload: expected str, got int"


def test_an_err_whose_value_does_not_fit_keeps_its_own_context(make: Any) -> None:
    def divide(self: Any, left: int, right: int) -> int:
        try:
            return left // right
        except ZeroDivisionError:
            raise Err(3) from None

    with pytest.raises(Err) as caught:
        make(divide=divide).ask_divide(1, 0)
    assert isinstance(caught.value.__context__, ZeroDivisionError)


def test_an_err_without_a_value_comes_out(make: Any) -> None:
    class Empty(Err[str]):
        def __init__(self) -> None:
            pass

    error = Empty()
    with pytest.raises(Empty) as caught:
        make(divide=raiser(error)).ask_divide(1, 1)
    assert caught.value is error


def test_a_stop_while_the_value_of_an_err_is_converted_wins(everything: ModuleType, make: Any) -> None:
    class Stopping:
        def __index__(self) -> int:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(divide=lambda self, left, right: Stopping()).ask_divide(1, 1)


@pytest.mark.parametrize("wrong", [lambda: 1, lambda self: 1, lambda self, one, two: 1], ids=["none", "few", "many"])
def test_a_host_function_of_another_arity(make: Any, wrong: Callable[..., int]) -> None:
    with pytest.raises(TypeError, match="argument"):
        make(next=wrong).call_host(1)


def test_a_host_function_that_would_have_to_be_awaited_is_refused(make: Any, recwarn: pytest.WarningsRecorder) -> None:
    async def notify(self: Any, message: str) -> None: ...

    async def following(self: Any, value: int) -> int:
        return value

    for changed, call in (
        ({"notify": notify}, lambda world: world.ask_locate("home")),
        ({"next": following}, lambda world: world.call_host(1)),
    ):
        with pytest.raises(TypeError) as caught:
            call(make(**changed))
        (name,) = changed
        assert str(caught.value) == (
            f"result of `host.{name}`: got a coroutine, which nobody awaits: use `def`, not `async def`"
        )
    assert [str(warning.message) for warning in recwarn if "awaited" in str(warning.message)] == []


def test_an_exception_that_became_an_error_value_is_released_at_once(make: Any) -> None:
    class Local: ...

    seen: list[weakref.ref[Local]] = []

    def divide(self: Any, left: int, right: int) -> int:
        local = Local()
        seen.append(weakref.ref(local))
        raise Err("no")

    world = make(divide=divide)
    for _ in range(100):
        with pytest.raises(Err, match="no"):
            world.ask_divide(1, 1)
        assert seen[-1]() is None, "the exception's traceback is still alive"


def test_refused_values_are_not_kept(world: Any) -> None:
    value = "some text that nobody else has"
    before = sys.getrefcount(value)
    for _ in range(100):
        with pytest.raises(TypeError):
            world.echo.unsigned8(value)
        with pytest.raises(TypeError):
            world.echo.outcomes([value])
    assert sys.getrefcount(value) == before


def test_recursion_of_the_host_ends(make: Any) -> None:
    def following(self: Any, value: int) -> int:
        return int(self.next(value))

    with pytest.raises(RecursionError):
        make(next=following).call_host(1)


def test_a_trap_stops_one_instance_only(everything: ModuleType) -> None:
    imports = everything.EverythingImports(host=Host(everything))
    with Store() as store:
        first, second = everything.Everything(store, imports), everything.Everything(store, imports)
        held = first.counters.Accumulator("held")
        with pytest.raises(Trap) as crash:
            first.troubles.crash()
        assert crash.value.code is TrapCode.UNREACHABLE
        for call in (lambda: first.add(1, 2), held.total, lambda: first.counters.Accumulator("new")):
            with pytest.raises(Trap) as again:
                call()
            assert (again.value.code, str(again.value)) == (TrapCode.CANNOT_ENTER_COMPONENT, STOPPED)
        assert second.add(1, 2) == 3
        assert everything.Everything(store, imports).add(1, 2) == 3


def test_re_entry_says_so_and_harms_nothing(make: Any) -> None:
    seen: list[Trap] = []

    def following(self: Any, value: int) -> int:
        with pytest.raises(Trap) as caught:
            world.add(1, 2)
        seen.append(caught.value)
        return value + 1

    world = make(next=following)
    assert world.call_host(1) == 1
    assert [trap.code for trap in seen] == [TrapCode.CANNOT_ENTER_COMPONENT]
    assert str(seen[0]) == "cannot enter component instance: a call into it is under way"
    assert world.add(1, 2) == 3


def test_a_trap_inside_a_with_block_is_what_comes_out(make: Any) -> None:
    with pytest.raises(Trap) as caught, Store() as store:
        world = make(store)
        with world.counters.Accumulator("a"):
            world.troubles.crash()
    assert caught.value.code is TrapCode.UNREACHABLE


def test_trap_codes_have_distinct_numbers_and_the_frames_names(world: Any) -> None:
    assert all(type(code.value) is int for code in TrapCode)
    assert len({code.value for code in TrapCode}) == len(TrapCode)
    assert all(TrapCode(code.value) is code for code in TrapCode)
    with pytest.raises(Trap) as caught:
        world.troubles.divide(1, 0)
    frame = caught.value.frames[0]
    assert "divide" in (frame.func_name or "")
    assert type(frame.func_index) is type(frame.module_offset) is int


def test_exceptions_have_the_one_that_is_being_handled_for_their_context(everything: ModuleType, world: Any) -> None:
    """As those of `raise` have: the engine's own, and the WIT's."""
    denied = everything.imports.types.Failure_Denied()
    calls: list[Callable[[], object]] = [
        lambda: world.echo.attempt(denied),
        lambda: world.add("1", 2),
        lambda: everything.Everything(Store(), everything.EverythingImports(host=1)),
        lambda: Module(Store().engine, "(module"),
        lambda: world.troubles.crash(),
    ]
    for call in calls:
        for first in (KeyError("first"), None):
            caught: BaseException | None = None
            try:
                try:
                    if first is not None:
                        raise first
                    call()
                except KeyError:
                    call()
            except Exception as error:
                caught = error
            assert caught is not None
            assert caught.__context__ is first


def test_system_exit_in_a_host_function_ends_the_program(program: Any) -> None:
    done = program("sys.exit(7)", "world.call_host(1)")
    assert (done.returncode, done.stderr) == (7, "")


def test_an_interrupt_in_a_host_function_is_a_keyboard_interrupt(program: Any) -> None:
    body = "import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(10)"
    done = program(body, "try: world.call_host(1)\nexcept KeyboardInterrupt: print('interrupted')")
    assert (done.returncode, done.stdout, done.stderr) == (0, "interrupted\n", "")


def test_an_uncaught_exception_shows_the_line_of_the_host(program: Any) -> None:
    done = program("raise LookupError('here')", "world.call_host(1)")
    assert done.returncode == 1
    assert "in next" in done.stderr
    assert done.stderr.endswith("LookupError: here\n")


def test_faulthandler_stays_silent_beside_traps(program: Any) -> None:
    rest = """
for name in ("crash", "out_of_bounds", "recurse"):
    world = everything.Everything(Store(), everything.EverythingImports(host=Changed(everything)))
    try:
        getattr(world.troubles, name)()
    except Trap as trap:
        print(trap.code.name)
"""
    done = program("return 1", rest)
    assert done.stdout.split() == ["UNREACHABLE", "MEMORY_OUT_OF_BOUNDS", "STACK_OVERFLOW"]
    assert (done.returncode, done.stderr) == (0, "")


def test_components_nested_as_deep_as_python_allows(program: Any) -> None:
    """Guest and host call each other, each time in a new instance, until Python's own limit ends it."""
    rest = """
depth = 0
def deeper(value):
    global depth
    depth += 1
    return everything.Everything(store, everything.EverythingImports(host=Changed(everything))).call_host(1) + value
store = Store()
try:
    deeper(0)
except RecursionError:
    print("recursion", depth > 50)
except Trap as trap:
    print(trap.code.name, depth > 50)
"""
    done = program("return deeper(value)", rest)
    assert done.returncode == 0, done.stderr
    assert done.stdout in ("recursion True\n", "STACK_OVERFLOW True\n")


def test_leaving_everything_open_at_exit_is_no_harm(program: Any) -> None:
    rest = """
import atexit, threading
held = [world.counters.Accumulator(str(number)) for number in range(100)]
world.me = world
atexit.register(lambda: print(world.add(1, 2)))
threading.Thread(target=lambda: None).start()
"""
    done = program("return value", rest)
    assert (done.returncode, done.stdout, done.stderr) == (0, "3\n", "")


def test_a_guest_after_fork(program: Any) -> None:
    rest = """
import os
world.add(1, 2)
child = os.fork()
if child == 0:
    try:
        from dovetail import Engine, Module, wat2wasm
        fresh = everything.Everything(Store(Engine()), everything.EverythingImports(host=Changed(everything)))
        fine = world.add(1, 2) == 3 and fresh.add(1, 2) == 3
        try:
            world.troubles.crash()
        except Trap:
            os._exit(0 if fine else 2)
    finally:
        os._exit(3)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    done = program("return value", rest)
    assert (done.returncode, done.stdout) == (0, "0\n"), done.stderr
