"""What lifting and lowering need of a guest: its memory, its `realloc`, its handles, and its canonical options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .layout import round_up
from .trap import Reason, trap

Realloc = Callable[[int, int, int, int], int]
"""`realloc` of the guest: old address, old length, alignment, new length; gives the new address."""


@dataclass
class Entry:
    """A handle (`ResourceHandle`): what it stands for, whether it owns that, and how often it is lent just now."""

    resource: str
    representation: int
    owned: bool
    lends: int = 0


@dataclass
class Handles:
    """The table of a component instance (`Table`): index 0 stays empty, and the index freed last is used first."""

    entries: dict[int, Entry] = field(default_factory=dict)
    free: list[int] = field(default_factory=list)
    end: int = 1

    def add(self, entry: Entry) -> int:
        """Puts an entry in and tells its index."""
        if self.free:
            index = self.free.pop()
        else:
            index, self.end = self.end, self.end + 1
        self.entries[index] = entry
        return index

    def get(self, index: int, resource: str) -> Entry:
        """The entry at an index, which must be of this resource."""
        entry = self.entries.get(index)
        if entry is None or entry.resource != resource:
            trap(Reason.UNKNOWN_HANDLE)
        return entry

    def remove(self, index: int, resource: str) -> Entry:
        """Takes an entry out, which must not be lent."""
        entry = self.get(index, resource)
        if entry.lends:
            trap(Reason.LENT)
        del self.entries[index]
        self.free.append(index)
        return entry


@dataclass
class Guest:
    """A core instance with its memory, and the options of the function that is called."""

    memory: bytearray
    realloc: Realloc
    encoding: str = "utf8"
    pointer: int = 4
    handles: Handles = field(default_factory=Handles)
    lenders: list[Entry] = field(default_factory=list)

    def read(self, address: int, length: int) -> int:
        """A number of `length` bytes."""
        return int.from_bytes(self.memory[address : address + length], "little")

    def write(self, address: int, number: int, length: int) -> None:
        """Stores the low bytes of a number, of which negative ones have two's complement."""
        self.memory[address : address + length] = (number % (1 << 8 * length)).to_bytes(length, "little")

    def write_bytes(self, address: int, contents: bytes) -> None:
        """Stores bytes."""
        self.memory[address : address + len(contents)] = contents

    def check(self, address: int, align: int, length: int) -> None:
        """What is checked about every address that a guest gives: alignment first, then bounds."""
        if address != round_up(address, align):
            trap(Reason.UNALIGNED)
        if address + length > len(self.memory):
            trap(Reason.OUT_OF_BOUNDS)

    def allocate(self, align: int, length: int) -> int:
        """New memory from the guest (`cx.allocate`), checked."""
        return self.reallocate(0, 0, align, length)

    def reallocate(self, old: int, old_length: int, align: int, length: int) -> int:
        """More or less memory in exchange for old (`cx.reallocate`), checked."""
        address = self.realloc(old, old_length, align, length)
        self.check(address, align, length)
        return address
