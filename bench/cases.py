"""What is measured: one row of the table per case, and what was promised of it.

To add a row, describe it here and measure it in any of the programs `of_*.py`, under the same name; a program that does not know a case
leaves it out.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A row of the table, and the targets that it has to meet."""

    title: str
    floor: float | None = None
    """At most so many times the floor."""
    wasmtime: float | None = None
    """At least so many times faster than wasmtime-py."""
    within: float | None = None
    """At most so many nanoseconds."""
    compared: tuple[str, float] | None = None
    """At most so many times another case's time."""


CASES: dict[str, Case] = {
    "nothing": Case("no arguments", floor=3, wasmtime=100),
    "integers": Case("two integers", floor=3, wasmtime=100),
    "string_10": Case("string of 10 bytes, through", floor=3, wasmtime=100),
    "string_1k": Case("string of 1 KB, through", floor=3),
    "string_1m": Case("string of 1 MB, through", floor=3),
    "bytes_in_1k": Case("list<u8> of 1 KB, in", floor=3),
    "bytes_in_1m": Case("list<u8> of 1 MB, in", floor=3, wasmtime=10_000),
    "bytes_1k": Case("list<u8> of 1 KB, through", floor=3),
    "bytes_1m": Case("list<u8> of 1 MB, through", floor=3, wasmtime=10_000),
    "floats_1000": Case("1,000 floats, through", floor=3),
    "record_1": Case("1 record of two floats, through", floor=3, wasmtime=100),
    "records_1000": Case("1,000 records of two floats, through", floor=3, wasmtime=50),
    "variant_float": Case("variant with a float, through", floor=3, wasmtime=100),
    "variant_string": Case("variant with a string, through", floor=3, wasmtime=100),
    "host_import": Case("host import, per call from a guest loop", floor=3, wasmtime=100),
    "resource_method": Case("resource method", floor=3, wasmtime=100),
    "core_integers": Case("core function of two integers", floor=3, wasmtime=100),
    "guest_10": Case("a guest that runs for 10 ms"),
    "guest_10_both": Case("two of them in two threads with two stores, for each", compared=("guest_10", 1 / 1.9)),
    "guest_100": Case("a guest that runs for 100 ms"),
    "guest_100_both": Case("two of them in two threads with two stores, for each", compared=("guest_100", 1 / 1.9)),
    "memory_loop": Case("1,000 rounds of a loop over memory"),
    "memory_loop_plain": Case("the same, not interruptible"),
    "scan_loop": Case("1,000 rounds of a loop that reads"),
    "scan_loop_plain": Case("the same, not interruptible"),
    "call_loop": Case("1,000 calls within a guest"),
    "call_loop_plain": Case("the same, not interruptible"),
    "import": Case("import of the package", within=15e6),
    "compile": Case("compile the generator component", wasmtime=1),
    "cached_load": Case("load it again from the cache"),
    "instantiate": Case("instantiate a component"),
    "start": Case("load the generator from the cache and instantiate it", within=5e6),
}

GUESTS: dict[str, tuple[int, int]] = {"guest_10": (10_000_000, 40), "guest_100": (100_000_000, 10)}
"""How many rounds of its loop the guest of these cases runs in one call, each of about a nanosecond, and how often it is called."""

LOOPS: dict[str, tuple[int, float]] = {
    "memory_loop": (50, 16.384),
    "scan_loop": (50, 16.384),
    "call_loop": (50, 21.891),
}
"""The guests of the cases about interruption: how many rounds they are asked for, and how many thousands of steps one has."""

LAYOUTS = 4
"""In how many places such a guest's code is tried: a loop of few instructions takes twice the time where it lies across a boundary of 64
bytes, and functions begin on those of 16. The best place counts."""


def layouts(guest: str) -> list[str]:
    """The text of a guest, with more and more functions before its own that do nothing and take 16 bytes."""
    before, function, rest = guest.partition("(func")
    return [before + "(func) " * number + function + rest for number in range(LAYOUTS)]


LOOP = 1000
"""How often the guest calls the host in one call of `host_import`."""
