"""What is said about wrong uses of `dovetail.component`, word for word."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from dovetail import Engine, LinkError, Store
from dovetail.component import Component, Func, Instance, InstancePre, Linker, LinkerInstance, ResourceType
from everything_host import Counter

GUESTS = Path(__file__).parents[1] / "python/guests"
HOST = "tests:everything/host@0.1.0"


@pytest.fixture
def engine() -> Engine:
    """The engine that stores have by default."""
    return Store().engine


@pytest.fixture
def component(engine: Engine, guest: Callable[[str], Path]) -> Component:
    """The guest with every type."""
    return Component.from_file(engine, guest("everything"))


def test_an_unknown_export_is_named(engine: Engine) -> None:
    with Store(engine) as store:
        instance = Linker(engine).instantiate(store, Component(engine, (GUESTS / "provider.wat").read_text()))
        with pytest.raises(AttributeError) as caught:
            _ = instance.nothing
        assert str(caught.value) == "the component exports no `nothing`, it has `counters`"


def test_names_that_are_taken(engine: Engine) -> None:
    linker = Linker(engine)
    with linker.root() as root:
        root.add_func("x", print)
        with root.add_instance("y") as inner:
            inner.add_func("z", print)
        tries: list[tuple[Callable[[], object], str]] = [
            (lambda: root.add_func("x", print), "x"),
            (lambda: root.add_instance("y"), "y"),
            (lambda: inner.add_func("z", print), "y#z"),
            (lambda: root.define_instance("y", object()), "y"),
        ]
        for define, name in tries:
            with pytest.raises(LinkError) as caught:
                define()
            assert str(caught.value) == f"`{name}` is defined twice"
        with pytest.raises(LinkError, match="`x` is defined already, and is no instance to add to"):
            root.instance("x")
        with pytest.raises(LinkError, match="only the root has instances"):
            inner.define_instance("q", object())
    linker.add_wasip2()
    with pytest.raises(LinkError, match="WASI 0.2 is defined twice"):
        linker.add_wasip2()
    linker.allow_shadowing = True
    linker.add_wasip2()
    linker.root().add_instance("y")


def test_wrong_arguments(engine: Engine, component: Component) -> None:
    linker = Linker(engine)
    tries: list[tuple[Callable[[], object], str]] = [
        (lambda: linker.root().add_func("f", 1), "`func`: expected a callable, got int"),  # type: ignore[arg-type]
        (lambda: linker.root().add_module("m", 1), "`module`: expected Module, got int"),  # type: ignore[arg-type]
        (lambda: linker.root().add_resource("r", 1), "`ty`: expected ResourceType, got int"),  # type: ignore[arg-type]
        (LinkerInstance, "a LinkerInstance comes from `Linker.root` or `add_instance`"),
        (Instance, "an Instance comes from `Linker.instantiate`"),
        (Func, "a Func comes from `Instance.get_func`"),
        (InstancePre, "an InstancePre comes from `Linker.instantiate_pre`"),
        (ResourceType, "a ResourceType is made with `ResourceType.host`, or comes with a component's type"),
    ]
    for attempt, text in tries:
        with pytest.raises(TypeError) as caught:
            attempt()
        assert str(caught.value) == text
    with pytest.raises(LinkError, match="the linker and the component belong to different engines"):
        Linker(Engine()).instantiate_pre(component)
    linker.define_unknown_imports_as_traps(component)
    with Store(Engine()) as store, pytest.raises(LinkError, match="the component and the store belong to different"):
        linker.instantiate(store, component)


def test_an_object_that_lacks_something(engine: Engine, component: Component) -> None:
    linker = Linker(engine)
    linker.add_wasip2()
    linker.root().define_instance(HOST, Counter(1))
    with Store(engine) as store, pytest.raises(LinkError) as caught:
        linker.instantiate(store, component)
    assert str(caught.value).startswith(f"`{HOST}`: `Counter` lacks resource class `Counter`; `Counter` lacks method")
