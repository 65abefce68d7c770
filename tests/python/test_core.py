"""The core API: modules, instances, functions, memories, tables and globals."""

from __future__ import annotations

import array
import errno
import threading
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import dovetail
import pytest
from dovetail import (
    Caller,
    CompileError,
    Engine,
    Func,
    FuncType,
    Global,
    GlobalType,
    Instance,
    Limits,
    Linker,
    LinkError,
    Memory,
    MemoryType,
    Module,
    Store,
    Table,
    TableType,
    Trap,
    TrapCode,
    ValType,
    wat2wasm,
)

CORE = Path(__file__).parent / "guests" / "core.wat"
ADD = Path(__file__).parents[2] / "bench/add.wat"
I32 = ValType.i32()


@pytest.fixture(scope="module")
def engine() -> Engine:
    """One engine for all."""
    return Engine()


@pytest.fixture(scope="module")
def module(engine: Engine) -> Module:
    """The compiled module."""
    return Module.from_file(engine, CORE)


@pytest.fixture
def store(engine: Engine) -> Store:
    """A store."""
    return Store(engine)


@pytest.fixture
def exports(store: Store, module: Module) -> Any:
    """The exports of an instance whose host function doubles."""
    double = Func(store, FuncType([I32], [I32]), lambda number: number * 2)
    return Instance(store, module, [double]).exports(store)


def test_description(module: Module) -> None:
    assert [(item.module, item.name, item.type) for item in module.imports] == [
        ("host", "double", FuncType([I32], [I32]))
    ]
    types = {item.name: item.type for item in module.exports}
    assert types["memory"] == MemoryType(Limits(1, 3))
    assert types["table"] == TableType(ValType.funcref(), Limits(4, 10))
    assert types["counter"] == GlobalType(ValType.i64(), True)
    assert types["swap"] == FuncType([I32, ValType.f64()], [ValType.f64(), I32])


def test_calls(store: Store, exports: Any) -> None:
    assert exports["add"](store, 2, 3) == 5
    assert exports["add"](store, 2**31 - 1, 1) == -(2**31)
    assert exports["call-double"](store, 21) == 42
    assert exports["swap"](store, 1, 2.5) == [2.5, 1]
    assert exports["numbers"](store, -(2**63), 0.5, 1e300) == [-(2**63), 0.5, 1e300]
    assert exports["vector"](store, 2**127 + 1) == 2**127 + 1


def test_references(store: Store, exports: Any) -> None:
    thing = object()
    assert exports["same-object"](store, thing) is thing
    assert exports["same-object"](store, None) is None
    assert exports["same-function"](store, exports["add"])(store, 1, 2) == 3
    assert exports["same-function"](store, None) is None


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((1,), TypeError),
        ((1, 2, 3), TypeError),
        (("1", 2), TypeError),
        ((1.5, 2), TypeError),
        ((2**32, 2), OverflowError),
        ((-(2**31) - 1, 2), OverflowError),
    ],
)
def test_wrong_arguments(store: Store, exports: Any, arguments: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        exports["add"](store, *arguments)


def test_a_trap_has_code_and_frames(store: Store, exports: Any) -> None:
    with pytest.raises(Trap) as caught:
        exports["trap"](store)
    assert caught.value.code is TrapCode.UNREACHABLE
    assert [frame.func_name for frame in caught.value.frames] == ["inner", "trap"]
    assert caught.value.frames[0].module_name == "core"
    assert exports["add"](store, 1, 1) == 2, "the store goes on"


class Unusual(BaseException):
    """An exception that nobody expects."""


@pytest.mark.parametrize("error", [KeyError("x"), KeyboardInterrupt(), SystemExit(3), Unusual(), Trap("by the host")])
def test_exceptions_of_the_host_pass_through(store: Store, module: Module, error: BaseException) -> None:
    def fails(number: int) -> int:
        raise error

    host = Func(store, FuncType([I32], [I32]), fails)
    call = Instance(store, module, [host]).exports(store)["call-double"]
    with pytest.raises(type(error)) as caught:
        call(store, 1)  # type: ignore[operator]
    assert caught.value is error
    assert any(entry.name == "fails" for entry in caught.traceback)


@pytest.mark.parametrize(("result", "error"), [("x", TypeError), (None, TypeError), (2**40, OverflowError)])
def test_wrong_results_of_the_host(store: Store, module: Module, result: Any, error: type[Exception]) -> None:
    host = Func(store, FuncType([I32], [I32]), lambda number: result)
    call = Instance(store, module, [host]).exports(store)["call-double"]
    with pytest.raises(error):
        call(store, 1)  # type: ignore[operator]


def test_the_caller_reaches_the_instance(store: Store, module: Module) -> None:
    kept: list[Caller] = []

    def host(caller: Caller, number: int) -> int:
        kept.append(caller)
        memory = caller["memory"]
        assert isinstance(memory, Memory)
        assert caller.get("nothing") is None
        add = caller["add"]
        assert isinstance(add, Func)
        return add(caller, memory.read(caller, 0, 1)[0], number)  # type: ignore[no-any-return]

    func = Func(store, FuncType([I32], [I32]), host, access_caller=True)
    assert Instance(store, module, [func]).exports(store)["call-double"](store, 1) == ord("h") + 1  # type: ignore[operator]
    with pytest.raises(ValueError, match="over"):
        kept[0].get("memory")


def test_memory(store: Store, exports: Any) -> None:
    memory = exports["memory"]
    assert memory.type(store) == MemoryType(Limits(1, 3))
    assert (memory.size(store), memory.data_len(store)) == (1, 65536)
    assert memory.read(store, 0, 5) == b"hello"
    assert memory.read(store, -1) == b"\0"
    assert memory.write(store, b"HE") == 2
    assert memory.write(store, array.array("B", [1, 2]), 100) == 2
    assert memory.read(store, 0, 5) == b"HEllo"
    with pytest.raises(IndexError):
        memory.write(store, b"xx", 65535)
    assert memory.grow(store, 1) == 1
    assert exports["grow"](store, 1) == 2
    assert exports["grow"](store, 1) == -1


def test_memory_is_a_buffer(store: Store, exports: Any) -> None:
    numpy = pytest.importorskip("numpy")
    view = numpy.frombuffer(exports["memory"], dtype=numpy.uint8)
    assert bytes(view[:5]) == b"hello"
    view[0] = ord("J")
    assert exports["memory"].read(store, 0, 5) == b"Jello"
    with pytest.raises(BufferError):
        store.close()
    del view
    store.close()


def test_globals_and_tables(store: Store, exports: Any) -> None:
    counter = exports["counter"]
    counter.set_value(store, counter.value(store) + 2)
    assert counter.value(store) == 42
    with pytest.raises((TypeError, ValueError)):
        exports["answer"].set_value(store, 1)
    table = exports["table"]
    assert table.get(store, 0) == exports["add"]
    assert table.get(store, 1) is None
    table.set(store, 1, table.get(store, 0))
    assert table.get(store, 1)(store, 1, 1) == 2
    assert table.grow(store, 2, None) == 4
    assert table.size(store) == 6
    objects = exports["objects"]
    objects.set(store, 0, self := object())
    assert objects.get(store, 0) is self
    made = Table(store, TableType(ValType.externref(), Limits(1)), "init")
    assert made.get(store, 0) == "init"
    assert Global(store, GlobalType(ValType.f32(), False), 0.5).value(store) == 0.5
    assert Memory(store, MemoryType(Limits(2, 3))).size(store) == 2


def test_linker(engine: Engine, store: Store, module: Module) -> None:
    linker = Linker(engine)
    with pytest.raises(LinkError, match="double"):
        linker.instantiate(store, module)
    linker.define_func("host", "double", FuncType([I32], [I32]), lambda number: number * 3)
    with pytest.raises(LinkError, match="twice"):
        linker.define_func("host", "double", FuncType([I32], [I32]), lambda number: number)
    assert linker.instantiate(store, module).exports(store)["call-double"](store, 2) == 6  # type: ignore[operator]
    linker.define_module(store, "core", module)
    assert isinstance(linker.get(store, "core", "add"), Func)
    with pytest.raises(LinkError):
        linker.define_func("host", "double", FuncType([], []), print)


def test_unknown_imports_as_traps(engine: Engine, store: Store, module: Module) -> None:
    linker = Linker(engine)
    linker.define_unknown_imports_as_traps(module)
    call = linker.instantiate(store, module).exports(store)["call-double"]
    with pytest.raises(Trap, match="double") as caught:
        call(store, 1)  # type: ignore[operator]
    assert caught.value.code is TrapCode.UNKNOWN_IMPORT


def test_serialized_modules(engine: Engine, store: Store, module: Module, tmp_path: Path) -> None:
    again = Module.deserialize(engine, module.serialize())
    assert again.exports == module.exports
    (tmp_path / "module").write_bytes(module.serialize())
    assert Module.deserialize_file(engine, tmp_path / "module").imports == module.imports
    with pytest.raises(ValueError, match="no compiled module"):
        Module.deserialize(engine, b"nonsense")


def test_a_closed_store_is_refused(engine: Engine, module: Module) -> None:
    with Store(engine) as store:
        linker = Linker(engine)
        linker.define_unknown_imports_as_traps(module)
        add = linker.instantiate(store, module).exports(store)["add"]
    with pytest.raises(ValueError, match="closed"):
        add(store, 1, 2)  # type: ignore[operator]
    store.close()


def test_another_store_is_refused(engine: Engine, exports: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="another store"):
        exports["add"](Store(engine), 1, 2)


def test_a_store_passes_between_threads(store: Store, exports: Any) -> None:
    results: list[int] = []
    thread = threading.Thread(target=lambda: results.append(exports["add"](store, 1, 2)))
    thread.start()
    thread.join()
    assert results == [3]


def test_a_store_cannot_be_closed_during_a_call(store: Store, module: Module) -> None:
    host = Func(store, FuncType([I32], [I32]), lambda number: store.close())
    call = Instance(store, module, [host]).exports(store)["call-double"]
    with pytest.raises(RuntimeError, match="in use"):
        call(store, 1)  # type: ignore[operator]


def test_limits(engine: Engine, module: Module) -> None:
    store = Store(engine)
    store.set_limits(memory_size=65536, instances=1)
    linker = Linker(engine)
    linker.define_unknown_imports_as_traps(module)
    exports = linker.instantiate(store, module).exports(store)
    assert exports["grow"](store, 1) == -1  # type: ignore[operator]
    with pytest.raises(LinkError, match="instances"):
        linker.instantiate(store, module)


def test_data_of_the_store(engine: Engine) -> None:
    thing = object()
    assert Store(engine, thing).data() is thing
    assert Store(engine).data() is None
    assert Store(engine).engine is engine


def test_types_are_values() -> None:
    assert repr(FuncType([I32], [])) == repr(FuncType([ValType.i32()], []))
    assert hash(Limits(1, 2)) == hash(Limits(1, 2))
    assert str(I32) == "i32"
    with pytest.raises(TypeError):
        FuncType(["i32"], [])  # type: ignore[list-item]
    with pytest.raises(OverflowError):
        Limits(-1)


def test_text_and_binary_are_accepted(engine: Engine) -> None:
    assert Module(engine, "(module)").exports == Module(engine, wat2wasm("(module)")).exports == []
    Module.validate(engine, bytearray(wat2wasm("(module)")))
    with pytest.raises(CompileError):
        Module.validate(engine, b"\0asm")
    assert dovetail.wat2wasm(b"(module)")[:4] == b"\0asm"


def test_every_way_to_call_a_function(store: Store) -> None:
    """A function is called past PyO3 (`vectorcall`), except with keywords: all ways have to agree."""
    add = Func(store, FuncType([I32, I32], [I32]), lambda left, right: left + right)
    found = Instance(store, Module(store.engine, wat2wasm(ADD.read_bytes())), []).exports(store)["add"]
    for function in (add, found):
        assert function(store, 1, 2) == 3
        assert function(*(store, 1), 2) == 3
        assert Func.__call__(function, store, 1, 2) == 3
        assert function.__call__(store, 1, 2) == 3
        assert function(store, 2**32 - 1, 1) == 0
        assert function(store, -(2**31), 2**31 - 1) == -1
        assert function(store, True, Index(5)) == 6
        with pytest.raises(TypeError, match="store"):
            function()
        with pytest.raises(TypeError, match="`store`: expected Store, got int"):
            function(1, 2, 3)
        with pytest.raises(TypeError, match="expected 2 arguments, got 1"):
            function(store, 1)
        with pytest.raises(TypeError, match="argument 1: expected int, got float"):
            function(store, 1, 2.0)
        for number in (2**32, -(2**31) - 1, 2**64, 2**70):
            with pytest.raises(OverflowError, match=f"argument 0: {number} does not fit an i32"):
                function(store, number, 1)
        with pytest.raises(TypeError):
            function(store, 1, 2, third=3)
    nothing = Func(store, FuncType([], []), lambda: None)
    assert nothing(store=store) is None


class Index:
    """Any number with `__index__`."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __index__(self) -> int:
        return self.number


@pytest.mark.parametrize("load", [Module.from_file, Module.deserialize_file])
def test_a_file_that_is_not_there_is_named(tmp_path: Path, load: Any) -> None:
    path = tmp_path / "absent.wasm"
    with pytest.raises(FileNotFoundError) as caught:
        load(Store().engine, path)
    assert (caught.value.errno, caught.value.filename) == (errno.ENOENT, str(path))


@pytest.mark.parametrize(
    ("given", "ending"),
    [
        (b"", "got 0 bytes that begin with ``"),
        (b"\x7fELF and more than sixteen", r"got 26 bytes that begin with `\u{7f}ELF and more th`"),
        ("app.wasm", "got 8 bytes that begin with `app.wasm`; what a path names is loaded by `from_file`"),
    ],
)
def test_what_is_no_webassembly_at_all(given: Any, ending: str) -> None:
    with pytest.raises(CompileError) as caught:
        Module(Store().engine, given)
    beginning = r"`wasm`: expected a binary, which begins with `\0asm`, or text, which begins with `(`; "
    assert str(caught.value) == beginning + ending


COLLECTING = """
import faulthandler, gc
faulthandler.dump_traceback_later(60, exit=True)
from dovetail import Engine, Limits, Linker, LinkError, Memory, MemoryType, Store
engine = Engine()
store, linker = Store(engine), Linker(engine)
memory = Memory(store, MemoryType(Limits(1, None)))
linker.define(store, "a", "b", memory)
looking = False

def look(phase, info):
    global looking
    if not looking:
        looking = True
        linker.allow_shadowing = False
        looking = False

gc.callbacks.append(look)
gc.set_threshold(1)
refused, kept = [], []
for number in range(200):
    try:
        linker.define(store, "a", "b", memory)
    except LinkError as error:
        refused.append(error)
    # The collector runs after so many new objects: at another place each time.
    kept.extend([] for _ in range(number % 3))
print(len(refused))
"""


def test_the_collector_runs_while_a_definition_is_refused(python: Callable[..., CompletedProcess[str]]) -> None:
    """What it runs may use the linker."""
    done = python("-c", COLLECTING)
    assert (done.stdout, done.stderr) == ("200\n", "")
