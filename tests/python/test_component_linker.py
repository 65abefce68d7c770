"""`dovetail.component.Linker`: imports by name, from Python functions, objects, modules and other components."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from dovetail import Engine, Err, LinkError, Module, Store, Trap, TrapCode, as_import, wat2wasm
from dovetail.component import Component, Func, Instance, InstancePre, Linker, ResourceAny, ResourceType
from everything_host import Counter, Host

GUESTS = Path(__file__).parent / "guests"
HOST = "tests:everything/host@0.1.0"
ECHO = "tests:everything/echo@0.1.0"
COUNTERS = "tests:everything/counters@0.1.0"


def load(engine: Engine, name: str) -> Component:
    """A guest that is written in the text format."""
    return Component(engine, (GUESTS / f"{name}.wat").read_text(), name=name)


@pytest.fixture
def engine() -> Engine:
    """The engine that stores have by default."""
    return Store().engine


@pytest.fixture
def component(engine: Engine, guest: Callable[[str], Path]) -> Component:
    """The guest with every type."""
    return Component.from_file(engine, guest("everything"))


def functions(linker: Linker, package: ModuleType, dropped: list[object]) -> None:
    """Defines the host's interface function by function."""
    host = Host(package)
    with linker.root() as root, root.add_instance(HOST) as instance:
        instance.add_resource("counter", ResourceType.host(7), lambda store, counter: dropped.append(counter))
        instance.add_func("[constructor]counter", lambda store, start: Counter(start))
        instance.add_func("[method]counter.add", lambda store, counter, amount: counter.add(amount))
        instance.add_func("[method]counter.value", lambda store, counter: counter.value())
        instance.add_func("[static]counter.sum", lambda store, left, right: Counter.sum(left, right))
        instance.add_func("notify", lambda store, message: host.notify(message))
        instance.add_func("transform", lambda store, shape: host.transform(shape))
        instance.add_func("divide", divide)
        instance.add_func("next", lambda store, value: value + 1)
        instance.add_func("locate", lambda store, name: host.locate(name))


def divide(store: Store, left: int, right: int) -> int:
    """A function whose WIT error is raised."""
    assert isinstance(store, Store)
    if right == 0:
        raise Err("division by zero")
    return left // right


def test_an_object_serves_an_interface(engine: Engine, component: Component) -> None:
    linker = Linker(engine)
    linker.add_wasip2()
    linker.root().define_instance(HOST, Host(component.package))
    with Store(engine) as store:
        instance = linker.instantiate(store, component)
        assert isinstance(instance, Instance)
        assert instance.add(20, 22) == 42
        assert instance.exports.call_host(5) == 5
        assert isinstance(instance.exports, component.world)
        assert instance.echo.text("x") == "x"
        assert "counters" in dir(instance)


def test_functions_and_resources_one_by_one(engine: Engine, component: Component) -> None:
    linker, dropped = Linker(engine), list[object]()
    linker.add_wasip2()
    functions(linker, component.package, dropped)
    with Store(engine) as store:
        exports = linker.instantiate(store, component).exports
        assert exports.ask_divide(7, 2) == 3
        with pytest.raises(Err) as caught:
            exports.ask_divide(1, 0)
        assert caught.value.value == "division by zero"
        assert exports.counters.use_counters(3, 4) == 7
        assert all(isinstance(counter, Counter) for counter in dropped)
        assert len(dropped) > 0
        counter = Counter(1)
        assert exports.counters.bump(counter, 3) is counter
        assert exports.counters.peek(counter) == counter.count
    gc.collect()


def test_a_resource_type_is_the_same_for_two_instances(engine: Engine, component: Component) -> None:
    linker = Linker(engine)
    linker.add_wasip2()
    functions(linker, component.package, [])
    with Store(engine) as store:
        first, second = (linker.instantiate(store, component) for _ in range(2))
        counter = Counter(1)
        first.counters.keep(counter)
        assert second.counters.bump(first.counters.release(), 2) is counter


def test_functions_by_index(engine: Engine, component: Component) -> None:
    linker = Linker(engine)
    linker.add_wasip2()
    linker.define_unknown_imports_as_traps(component)
    with Store(engine) as store, Store(engine) as other:
        instance = linker.instantiate(store, component)
        add = instance.get_func(store, "add")
        assert isinstance(add, Func)
        assert add(store, 1, 2) == 3
        assert [name for name, _ in add.type(store).params] == ["left", "right"]
        add.post_return(store)
        assert instance.get_func(store, "subtract") is None
        assert instance.get_func(store, COUNTERS) is None
        counters = instance.get_export_index(store, COUNTERS)

        def function(name: str) -> Func:
            found = instance.get_func(store, instance.get_export_index(store, name, counters))  # type: ignore[arg-type]
            assert found is not None
            return found

        accumulator = function("[constructor]accumulator")(store, "sum")
        assert isinstance(accumulator, ResourceAny)
        function("[method]accumulator.add")(store, accumulator, 2.5)
        assert function("[method]accumulator.total")(store, accumulator) == 2.5
        larger = function("[static]accumulator.larger")
        assert larger(store, accumulator, accumulator) == "sum"
        for call in (lambda: add(other, 1, 2), lambda: add.type(other)):
            with pytest.raises(TypeError) as caught:
                call()
            assert str(caught.value) == "this function belongs to another store"
        with pytest.raises(TypeError) as caught:
            instance.get_func(other, "add")
        assert str(caught.value) == "this instance belongs to another store"
        with pytest.raises(TypeError) as caught:
            add(3, 1, 2)  # type: ignore[arg-type]
        assert str(caught.value) == "`store`: expected Store, got int"
        with pytest.raises(Trap) as trapped:
            instance.call_host(1)
        assert trapped.value.code is TrapCode.UNKNOWN_IMPORT


def test_instantiate_pre(engine: Engine) -> None:
    linker, component = Linker(engine), load(engine, "versions")
    with linker.instance("test:versions/numbers@0.2.3") as minor:
        minor.add_func("number", lambda store: 1)
    with linker.instance("test:versions/numbers@1.4.0") as major:
        major.add_func("number", lambda store: 2)
    prepared = linker.instantiate_pre(component)
    assert isinstance(prepared, InstancePre)
    assert prepared.component is component
    linker.allow_shadowing = True
    assert linker.allow_shadowing
    major.add_func("number", lambda store: 3)
    with Store(engine) as store, Store(engine) as other:
        assert prepared.instantiate(store).major() == 2, "what was defined then counts"
        assert prepared.instantiate(other).major() == 2
        assert linker.instantiate(store, component).major() == 3


def test_instantiate_pre_finds_what_is_missing(engine: Engine, component: Component) -> None:
    linker = Linker(engine)
    tries: list[tuple[Callable[[], object], str]] = [
        (lambda: None, HOST),
        (lambda: linker.instance(HOST).add_func("next", lambda store, value: value), f"{HOST}#[constructor]counter"),
        (lambda: functions(linker, component.package, []), "wasi:cli/environment@0.2.12"),
    ]
    for define, missing in tries:
        linker.allow_shadowing = True
        define()
        with pytest.raises(LinkError) as caught:
            linker.instantiate_pre(component)
        assert str(caught.value) == f"unknown import: `{missing}` has not been defined"
    linker.add_wasip2()
    linker.instantiate_pre(component)
    world = Linker(engine)
    modules = load(engine, "modules")
    with pytest.raises(LinkError, match="unknown import: `answer` has not been defined"):
        world.instantiate_pre(modules)
    world.root().add_module("answer", Module(engine, (GUESTS / "answer.wat").read_text()))
    with pytest.raises(LinkError, match="unknown import: `tune` has not been defined"):
        world.instantiate_pre(modules)


@pytest.mark.parametrize(
    ("minor", "major"), [("0.2.6", "1.4.2"), ("0.2.0", "1.0.0"), ("0.2.3", "1.9.0"), ("0.2.3-rc.1", "1.4.0")]
)
def test_versions_that_fit(engine: Engine, minor: str, major: str) -> None:
    linker = Linker(engine)
    linker.instance("test:versions/numbers@0.3.0").add_func("number", lambda store: 0)
    linker.instance("test:versions/numbers@2.0.0").add_func("number", lambda store: 0)
    if "-" in minor:
        linker.instance("test:versions/numbers@0.2.9").add_func("number", lambda store: 1)
    linker.instance(f"test:versions/numbers@{minor}").add_func("number", lambda store: 1)
    linker.instance(f"test:versions/numbers@{major}").add_func("number", lambda store: 2)
    with Store(engine) as store:
        instance = linker.instantiate(store, load(engine, "versions"))
        assert (instance.minor(), instance.major()) == (1, 2)


def test_the_highest_version_that_fits_serves(engine: Engine) -> None:
    linker = Linker(engine)
    for number, version in enumerate(["0.2.10", "0.2.9", "0.3.0", "1.4.1", "1.10.0", "1.9.0"]):
        linker.instance(f"test:versions/numbers@{version}").add_func("number", lambda store, number=number: number)
    with Store(engine) as store:
        instance = linker.instantiate(store, load(engine, "versions"))
        assert (instance.minor(), instance.major()) == (0, 4)


@pytest.mark.parametrize(("minor", "major"), [("0.3.0", "1.4.0"), ("0.2.3", "2.0.0"), ("0.2.3", "0.4.0")])
def test_versions_that_do_not_fit(engine: Engine, minor: str, major: str) -> None:
    linker = Linker(engine)
    linker.instance(f"test:versions/numbers@{minor}").add_func("number", lambda store: 1)
    linker.instance(f"test:versions/numbers@{major}").add_func("number", lambda store: 2)
    with Store(engine) as store, pytest.raises(LinkError) as caught:
        linker.instantiate(store, load(engine, "versions"))
    missing = "0.2.3" if minor == "0.3.0" else "1.4.0"
    assert str(caught.value) == f"unknown import: `test:versions/numbers@{missing}` has not been defined"


def test_one_component_serves_another(engine: Engine) -> None:
    linker = Linker(engine)
    with Store(engine) as store, Store(engine) as other:
        provider = linker.instantiate(store, load(engine, "provider"))
        linker.root().define_instance("test:link/counters@1.2.0", as_import(provider.counters))
        user = linker.instantiate(store, load(engine, "consumer"))
        assert user.quadruple(3) == 12
        made = user.make(7)
        assert isinstance(made, provider.counters.Counter)
        assert user.take(made) == 7
        with pytest.raises(LinkError) as caught:
            linker.instantiate(other, load(engine, "consumer"))
        expected = "`test:link/counters@1.0.0`: the component that exports it lives in another store"
        assert str(caught.value) == expected
        with pytest.raises(LinkError) as caught:
            linker.instantiate(store, load(engine, "mistaken"))
        assert "`test:link/counters@1.0.0#double`" in str(caught.value)


@pytest.mark.parametrize("end", ["drop", "collection"])
def test_closing_the_store_while_a_forwarded_object_is_dropped(engine: Engine, end: str) -> None:
    """The object was handed on by one guest to another and by that to us, so that its end is no part of a call."""
    refusals: list[str] = []

    class Thing:
        def drop(self) -> None:
            with pytest.raises(RuntimeError) as caught:
                store.close()
            refusals.append(str(caught.value))

    class Things:
        def __init__(self) -> None:
            self.Thing = Thing

    with Store(engine) as store:
        linker = Linker(engine)
        linker.root().define_instance("test:things/host", Things())
        forwarder = linker.instantiate(store, load(engine, "forwarder"))
        linker.root().define_instance("test:things/made", as_import(forwarder.made))
        fetcher = linker.instantiate(store, load(engine, "fetcher"))
        before = store._live()
        thing = fetcher.fetch()
        if end == "drop":
            thing.drop()
        else:
            del thing
            gc.collect()
            fetcher.fetch().drop()
        assert set(refusals) == {"the store is in use: it cannot be closed during a call into it"}
        assert store._live() == before


def test_a_generated_package_and_a_reflected_component_serve_each_other(
    engine: Engine, packages: Path, make: Any
) -> None:
    from test_link import generated

    with Store(engine) as store:
        provider = generated("provider", packages).Provider(store)
        linker = Linker(engine)
        linker.root().define_instance("test:link/counters@1.0.0", as_import(provider.counters))
        assert linker.instantiate(store, load(engine, "consumer")).take(provider.counters.Counter(4)) == 4
        reflected = load(engine, "provider").instantiate(store)
        consumer = generated("consumer", packages)
        user = consumer.Consumer(store, consumer.ConsumerImports(counters=as_import(reflected.counters)))
        assert user.take(reflected.counters.Counter(5)) == 5


def test_core_modules(engine: Engine) -> None:
    component, linker = load(engine, "modules"), Linker(engine)
    answer = Module(engine, (GUESTS / "answer.wat").read_text())
    with linker.root() as root:
        root.define_module("answer", answer)
        root.define_func("report", lambda store, value: value + 1)
    linker.define_unknown_imports_as_traps(component)
    with Store(engine) as store:
        instance = linker.instantiate(store, component)
        ask = instance.get_func(store, "ask")
        assert ask is not None
        assert ask(store) == 43
        assert instance.ask() == 43
        assert instance.get_func(store, "empty") is None
        with pytest.raises(
            LinkError, match="`paint` cannot be called from Python: the component's world cannot be read"
        ):
            instance.get_func(store, "paint")
    linker.root().add_func("tune", lambda store, tone: None)
    with pytest.raises(LinkError, match="`tune` cannot be served by Python: the component's world cannot be read"):
        linker.instantiate_pre(component)
    wrong = Linker(engine)
    wrong.root().add_module("answer", Module(engine, wat2wasm("(module)")))
    wrong.root().add_func("report", lambda store, value: value)
    wrong.define_unknown_imports_as_traps(component)
    with Store(engine) as store, pytest.raises(LinkError) as caught:
        wrong.instantiate(store, component)
    expected = (
        "incompatible import type for `answer`: expected a core module that exports `answer`, found one that does not"
    )
    assert str(caught.value) == expected


def test_a_function_of_a_served_interface_may_be_replaced(engine: Engine, component: Component) -> None:
    linker = Linker(engine)
    linker.add_wasip2()
    linker.define_unknown_imports_as_traps(component)
    linker.instance(HOST).add_func("next", lambda store, value: value + 2)
    with Store(engine) as store:
        instance = linker.instantiate(store, component)
        assert instance.call_host(3) == 6
        with pytest.raises(Trap) as caught:
            instance.ask_divide(1, 1)
        assert "divide" in str(caught.value)


def test_resource_types() -> None:
    assert ResourceType.host(1) == ResourceType.host(1)
    assert ResourceType.host(1) != ResourceType.host(2)
    assert hash(ResourceType.host(1)) == hash(ResourceType.host(1))


class Thing:
    """What the guest `things` takes."""

    size = 7


def things(engine: Engine, made: list[Thing], gone: list[Thing]) -> Linker:
    """A linker for the guest `things`."""

    def make(store: Store) -> Thing:
        made.append(Thing())
        return made[-1]

    def drop(store: Store, thing: Thing) -> None:
        assert isinstance(store, Store)
        gone.append(thing)

    linker = Linker(engine)
    with linker.root() as root:
        root.add_resource("thing", ResourceType.host(20), drop)
        root.add_func("[constructor]thing", make)
        root.add_func("[method]thing.size", lambda store, thing: thing.size)
    return linker


def test_a_resource_of_the_world_itself(engine: Engine) -> None:
    made, gone = list[Thing](), list[Thing]()
    with Store(engine) as store:
        instance = things(engine, made, gone).instantiate(store, load(engine, "things"))
        assert instance.measure() == 7
        assert gone == made
        mine = instance.make()
        assert (mine is made[1], len(gone)) == (True, 1)
        instance.take(mine)
        assert gone[1] is mine


def test_an_error_of_a_destructor_comes_out_as_it_is(engine: Engine) -> None:
    class Refused(Exception):
        pass

    def drop(store: Store, thing: Thing) -> None:
        raise Refused

    linker = things(engine, [], [])
    linker.allow_shadowing = True
    linker.root().add_resource("thing", ResourceType.host(21), drop)
    with Store(engine) as store, pytest.raises(Refused):
        linker.instantiate(store, load(engine, "things")).measure()


def test_a_function_of_another_component(engine: Engine) -> None:
    with Store(engine) as store:
        linker = Linker(engine)
        double = linker.instantiate(store, load(engine, "provider"))
        index = double.get_export_index(store, "double", double.get_export_index(store, "test:link/counters@1.0.0"))
        assert index is not None
        function = double.get_func(store, index)
        assert function is not None
        linker.root().add_module("answer", Module(engine, (GUESTS / "answer.wat").read_text()))
        linker.root().add_func("report", function)
        component = load(engine, "modules")
        linker.define_unknown_imports_as_traps(component)
        assert linker.instantiate(store, component).ask() == 84


def test_what_a_linker_was_given_is_let_go(engine: Engine) -> None:
    def used() -> list[weakref.ref[object]]:
        thing = Thing()
        store = Store(engine)
        linker = things(engine, [], [])
        linker.allow_shadowing = True
        linker.root().add_func("[method]thing.size", lambda store, _: thing.size)
        instance = linker.instantiate(store, load(engine, "things"))
        assert instance.measure() == 7
        return [weakref.ref(thing), weakref.ref(store)]

    references = used()
    gc.collect()
    assert [reference() for reference in references] == [None, None]


def fetching(store: Store, thing: type) -> Any:
    """A guest whose `fetch` gives out things of a host that has this class."""
    linker = Linker(store.engine)
    linker.root().define_instance("test:things/host", type("Things", (), {"Thing": thing})())
    forwarder = linker.instantiate(store, load(store.engine, "forwarder"))
    linker.root().define_instance("test:things/made", as_import(forwarder.made))
    return linker.instantiate(store, load(store.engine, "fetcher"))


@pytest.fixture
def unraisable(monkeypatch: pytest.MonkeyPatch) -> list[BaseException | None]:
    """What `sys.unraisablehook` is told of."""
    told: list[BaseException | None] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: told.append(unraisable.exc_value))
    return told


def test_several_destructors_that_raise(engine: Engine, unraisable: list[BaseException | None]) -> None:
    """The first error comes out of the call that the things are dropped before; the hook is told of the others."""
    errors = [ValueError(number) for number in range(3)]
    raising = iter(errors)

    class Thing:
        def drop(self) -> None:
            raise next(raising)

    with Store(engine) as store:
        fetcher = fetching(store, Thing)
        things = [fetcher.fetch() for _ in range(3)]
        del things
        gc.collect()
        with pytest.raises(ValueError, match="0") as caught:
            fetcher.fetch()
        assert caught.value is errors[0]
        assert unraisable == errors[1:]


def failing_beside(store: Store, first: BaseException, later: BaseException) -> Any:
    """Fetches a thing for which `first` is raised, while an earlier one is collected whose destructor raises `later`."""

    class Thing:
        def __init__(self) -> None:
            if kept:
                kept.clear()
                gc.collect()
                raise first

        def drop(self) -> None:
            raise later

    kept: list[Any] = []
    fetcher = fetching(store, Thing)
    kept.append(fetcher.fetch())
    return fetcher


@pytest.mark.parametrize("later", [KeyboardInterrupt(), ValueError("from a destructor")], ids=["interrupt", "error"])
def test_a_destructor_that_raises_beside_a_failing_call(
    engine: Engine, later: BaseException, unraisable: list[BaseException | None]
) -> None:
    """The call's own error comes out, unless what the destructor raised is to stop more than the call."""
    first = LookupError("from the call")

    with Store(engine) as store:
        fetcher = failing_beside(store, first, later)
        with pytest.raises((LookupError, KeyboardInterrupt)) as caught:
            fetcher.fetch()
    if isinstance(later, Exception):
        assert caught.value is first
        assert unraisable == [later]
    else:
        assert caught.value is later
        assert later.__context__ is first
        assert unraisable == []


def test_a_destructor_that_raises_what_is_being_handled(engine: Engine, unraisable: list[BaseException | None]) -> None:
    """The call's own error has it for its context, and so is not made its context."""
    later, first = KeyboardInterrupt(), LookupError("from the call")

    with Store(engine) as store:
        fetcher = failing_beside(store, first, later)
        with pytest.raises(KeyboardInterrupt) as caught:
            try:
                raise later
            except KeyboardInterrupt:
                fetcher.fetch()
    assert caught.value is later
    assert first.__context__ is later
    assert later.__context__ is None
    assert unraisable == [first]
