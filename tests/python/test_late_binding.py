"""Interfaces of an instance get their functions when they are first used; nobody who uses them can tell."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from dovetail._interface import UnboundInterface


@pytest.fixture
def late(make: Any) -> Any:
    """The second instance of a package: the first has shown that the package fits."""
    assert make().echo.text("first") == "first"
    return make()


def test_an_instance_does_not_pay_for_interfaces_that_are_not_used(late: Any) -> None:
    assert vars(late.echo) == {}
    assert late.troubles.divide(6, 3) == 2
    assert vars(late.echo) == {}
    assert late.echo.text("x") == "x"
    assert late.echo.text is late.echo.text
    assert {"text", "nothing", "seventeen"} <= vars(late.echo).keys()


def test_what_it_offers_is_seen_before_it_is_used(late: Any, make: Any) -> None:
    assert {"text", "nothing", "seventeen"} <= set(dir(late.echo))
    assert dir(make().echo) == dir(late.echo)
    assert repr(make().echo) == repr(late.echo) == "<interface tests:everything/echo@0.1.0>"


def test_what_it_does_not_offer(late: Any) -> None:
    for _ in range(2):
        assert not hasattr(late.echo, "nobody")
        with pytest.raises(AttributeError, match="'Interface' object has no attribute 'nobody'"):
            late.echo.nobody()


def test_a_replaced_function_stays(late: Any) -> None:
    late.echo.text = lambda value: value.upper()
    assert late.echo.alias("x") == "x"
    assert late.echo.text("x") == "X"


def test_classes_of_resources_are_there_for_functions_of_other_interfaces(late: Any) -> None:
    with late.counters.Accumulator("a") as accumulator:
        parts = accumulator.split(2)
        assert [type(part) for part in parts] == [late.counters.Accumulator] * 2


def test_threads_that_use_it_first_at_once_see_the_same_functions(make: Any) -> None:
    make()
    for _ in range(10):
        world = make()
        barrier = Barrier(4)

        def first(world: Any = world, barrier: Barrier = barrier) -> Any:
            barrier.wait(60)
            return world.echo.text

        with ThreadPoolExecutor(4) as pool:
            found = [pool.submit(first) for _ in range(4)]
        assert {id(future.result()) for future in found} == {id(world.echo.text)}
        assert world.echo.text("x") == "x"


def test_a_thread_that_missed_the_functions_finds_them(late: Any) -> None:
    """What Python calls for an attribute that was missing when it looked, though another thread has bound the functions since."""
    interface = late.echo
    text = interface.text
    assert UnboundInterface.__getattr__(interface, "text") is text
    assert "text" in UnboundInterface.__dir__(interface)
