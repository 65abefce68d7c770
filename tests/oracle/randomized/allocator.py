"""The guest's `realloc` once more, for the oracle: it does to the oracle's memory what `guest.wat` does to the guest's."""

from __future__ import annotations

from dataclasses import dataclass

from canonical.layout import round_up

PARAMS = 0x100
RESULT = 0x1A0
COUNT = 0x1A8
DROPS = 0x1AC
PEEKED = 0x2B0
POSTED = 0x2B8
LOG = 0x400
HEAP = 0x10400
SIZE = 0x40000
FILLING = 0xA5
FAR = 0xFFFF_FF00


@dataclass(frozen=True)
class Fault:
    """Which call of `realloc` goes wrong, and whether by an address far outside or by one that is not aligned."""

    at: int
    far: bool


@dataclass
class Bump:
    """Gives memory from `next` on; a block that shrinks stays where it is unless `moves`."""

    memory: bytearray
    next: int = HEAP
    moves: bool = False
    fault: Fault | None = None
    logs: bool = True

    def realloc(self, old: int, old_length: int, align: int, length: int) -> int:
        """One call, written down as the guest does it."""
        if old_length >= length and old and not self.moves:
            address = old
        else:
            address = round_up(self.next, align)
            self.next = address + length
            kept = min(old_length, length)
            self.memory[address : address + kept] = self.memory[old : old + kept]
        if not self.logs:
            return address
        count = self._word(COUNT)
        if self.fault is not None and self.fault.at == count:
            address = FAR if self.fault.far else address + 1
        self._put(COUNT, count + 1)
        for place, number in enumerate((old, old_length, align, length, address)):
            self._put(LOG + 20 * count + 4 * place, number)
        return address

    def _word(self, address: int) -> int:
        return int.from_bytes(self.memory[address : address + 4], "little")

    def _put(self, address: int, number: int) -> None:
        self.memory[address : address + 4] = number.to_bytes(4, "little")


def blank() -> bytearray:
    """The guest's memory after `reset`."""
    memory = bytearray(SIZE)
    memory[HEAP:] = bytes([FILLING]) * (SIZE - HEAP)
    return memory
