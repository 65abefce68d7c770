"""A value for which there is no memory is a `MemoryError`, whoever chose its size, and the store is usable afterwards."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

PROGRAM = """
import resource
from pathlib import Path
import numpy
from dovetail import NumberBuffer, Store
from dovetail.component import Component

store = Store()
text = Path({guest!r}).read_text()
listed, buffered = (
    Component(store.engine, text, name="large", number_lists=look).instantiate(store) for look in ("list", "buffer")
)
numbers = NumberBuffer("d", numpy.zeros(8_000_000))
scattered = numpy.broadcast_to(numpy.float64(1), 30_000_000)
listed.take([1.0, 2.0])

size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + (48 << 20), resource.RLIM_INFINITY))
try:
    {case}
except MemoryError:
    listed.take([1.0, 2.0])
    print("short of memory")
"""

CASES = [
    "listed.text()",
    "listed.bytes()",
    "listed.numbers()",
    "listed.pairs()",
    "buffered.numbers()",
    "listed.take(scattered)",
    "numbers[:]",
    "numbers.tolist()",
    "bytes(numbers)",
    "numbers.__reduce_ex__(4)",
    "NumberBuffer('d', scattered)",
    "NumberBuffer('q', range(10**12))",
]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not bound a process's addresses alike")
@pytest.mark.parametrize("case", CASES)
def test_a_value_for_which_there_is_no_memory(python: Callable[..., CompletedProcess[str]], case: str) -> None:
    guest = Path(__file__).parent / "guests" / "large.wat"
    done = python("-c", PROGRAM.format(guest=str(guest), case=case), RUST_BACKTRACE="0")
    assert (done.returncode, done.stdout, done.stderr) == (0, "short of memory\n", "")
