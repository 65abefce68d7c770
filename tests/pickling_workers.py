"""What runs in other processes for the tests of pickling: a module of its own, which those processes can import."""

from __future__ import annotations

import os
import sys
from typing import Any

from dovetail import Store
from dovetail.component import Component
from everything_host import Host


def instance(component: Component) -> Any:
    """The component's world in a store of this process."""
    return component.instantiate(Store(component.engine), host=Host(component.package))


def add(component: Component, left: int, right: int) -> tuple[int, int]:
    """What the component adds, and in which process."""
    return instance(component).add(left, right), os.getpid()


def shapes(component: Component, values: list[Any]) -> list[Any]:
    """Gives values of the component's classes through it and back."""
    given: list[Any] = instance(component).echo.shapes(values)
    assert [type(value) for value in given] == [type(value) for value in values]
    return given


def attempt(component: Component, failure: Any) -> str:
    """Raises what the component fails with."""
    text: str = instance(component).echo.attempt(failure)
    return text


def crash(component: Component) -> None:
    """Traps."""
    instance(component).troubles.crash()


def described(value: Any) -> str:
    """The representation of a value, which says that its class is here."""
    return repr(value)


def same(first: Component, second: Component) -> bool:
    """Whether the second task got what the first one did."""
    return first is second


def ident(component: Component) -> tuple[int, int]:
    """The identity of what arrived, and the process."""
    return id(component), os.getpid()


def compiled_files(component: Component) -> list[str]:
    """The files of the cache before and after the component is loaded and run here."""
    before = cached()
    add(component, 1, 2)
    return sorted(set(cached()) - set(before))


def cached() -> list[str]:
    """All files in the cache."""
    return [os.path.join(folder, name) for folder, _, names in os.walk(os.environ["DOVETAIL_CACHE"]) for name in names]


def modules() -> list[str]:
    """Which of the packages made at run time are here."""
    return [name for name in sys.modules if name.startswith("dovetail._reflected.")]
