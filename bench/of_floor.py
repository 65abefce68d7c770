"""Measures the floor: the same values through a PyO3 module with no WebAssembly behind it. Prints JSON: nanoseconds by case."""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import dataclass
from typing import Any

from cases import LOOP
from measure import nanoseconds


# The classes that the generated package has for these types.
@dataclass(frozen=True, slots=True)
class Point:
    """`record point`."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Shape_Circle:
    """The case `circle(f64)` of `variant shape`."""

    value: float


@dataclass(frozen=True, slots=True)
class Shape_Label:
    """The case `label(string)`."""

    value: str


def next_number(value: int) -> int:
    """What the loop of `host_import` calls."""
    return value + 1


def main() -> None:
    """Measures and prints."""
    floor: Any = importlib.import_module("floor")
    floor.use_classes(Point, Shape_Circle, Shape_Label)
    point = Point(1.0, 2.0)
    points = [Point(1.0, 2.0) for _ in range(1000)]
    floats = [float(number) for number in range(1000)]
    kilobyte, megabyte = b"x" * 1000, b"x" * 1_000_000
    assert floor.points(points) == points and floor.floats(floats) == floats and floor.octets(kilobyte) == kilobyte
    assert floor.a_shape(Shape_Label("x")) == Shape_Label("x")
    found = {
        "nothing": nanoseconds("f()", f=floor.nothing),
        "integers": nanoseconds("f(1, 2)", f=floor.add),
        "string_10": nanoseconds("f(v)", f=floor.text, v="x" * 10),
        "string_1k": nanoseconds("f(v)", f=floor.text, v="x" * 1000),
        "string_1m": nanoseconds("f(v)", f=floor.text, v="x" * 1_000_000),
        "bytes_in_1k": nanoseconds("f(v)", f=floor.length, v=kilobyte),
        "bytes_in_1m": nanoseconds("f(v)", f=floor.length, v=megabyte),
        "bytes_1k": nanoseconds("f(v)", f=floor.octets, v=kilobyte),
        "bytes_1m": nanoseconds("f(v)", f=floor.octets, v=megabyte),
        "floats_1000": nanoseconds("f(v)", f=floor.floats, v=floats),
        "record_1": nanoseconds("f(v)", f=floor.points, v=[point]),
        "records_1000": nanoseconds("f(v)", f=floor.points, v=points),
        "variant_float": nanoseconds("f(v)", f=floor.a_shape, v=Shape_Circle(1.5)),
        "variant_string": nanoseconds("f(v)", f=floor.a_shape, v=Shape_Label("ten bytes!")),
        "host_import": nanoseconds("f(next, times)", f=floor.call_host, next=next_number, times=LOOP, per=LOOP),
        "resource_method": nanoseconds("v.total()", v=floor.Accumulator(1.5)),
        "core_integers": nanoseconds("f(v, 1, 2)", f=floor.core_add, v=point),
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
