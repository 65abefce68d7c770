"""Strings: the three encodings of guests, how each is checked when it is lifted, and what a guest's `realloc` sees when
one is lowered (`load_string_from_range` and `store_string_into_range`).
"""

from __future__ import annotations

from dataclasses import dataclass

from .guest import Guest
from .trap import Reason, trap

MAX_BYTES = (1 << 28) - 1
"""`MAX_STRING_BYTE_LENGTH` and `MAX_LIST_BYTE_LENGTH`."""


@dataclass(frozen=True)
class Hint:
    """How a string was encoded where it comes from, and by how many code units: lowering chooses its first size by that."""

    encoding: str
    units: int


def hint(string: str, encoding: str) -> Hint:
    """The hint of a string that comes from a place with this encoding: utf8, utf16, latin1, or utf16 of `latin1+utf16`."""
    codec = {"utf8": "utf-8", "utf16": "utf-16-le", "latin1": "latin-1", "tagged-utf16": "utf-16-le"}[encoding]
    units = len(string.encode(codec))
    return Hint(encoding, units // 2 if codec == "utf-16-le" else units)


def tag(guest: Guest) -> int:
    """The bit of a `latin1+utf16` length that says utf16."""
    return 1 << (8 * guest.pointer - 1)


def lift_string(guest: Guest, address: int, length: int) -> tuple[str, Hint]:
    """The string at an address, checked: size, alignment, bounds, contents."""
    match guest.encoding:
        case "utf8":
            align, width, codec, reason, came_from = 1, 1, "utf-8", Reason.UTF8, "utf8"
        case "utf16":
            align, width, codec, reason, came_from = 2, 2, "utf-16-le", Reason.UTF16, "utf16"
        case _ if length & tag(guest):
            length ^= tag(guest)
            align, width, codec, reason, came_from = 2, 2, "utf-16-le", Reason.UTF16, "tagged-utf16"
        case _:
            align, width, codec, reason, came_from = 2, 1, "latin-1", Reason.UTF8, "latin1"
    if length * width > MAX_BYTES:
        trap(Reason.TOO_LONG)
    guest.check(address, align, length * width)
    try:
        string = guest.memory[address : address + length * width].decode(codec)
    except UnicodeDecodeError:
        trap(reason)
    return string, Hint(came_from, length)


def lower_string(guest: Guest, string: str, source: Hint) -> tuple[int, int]:
    """Puts a string into the guest's memory; gives address and (tagged) length."""
    match guest.encoding, source.encoding:
        case "utf8", "utf8":
            return _whole(guest, string.encode(), 1, source.units)
        case "utf8", "latin1":
            return _into_utf8(guest, string, source.units, 2 * source.units)
        case "utf8", _:
            return _into_utf8(guest, string, source.units, 3 * source.units)
        case "utf16", "utf8":
            return _utf8_into_utf16(guest, string, source.units)
        case "utf16", _:
            return _whole(guest, string.encode("utf-16-le"), 2, source.units)
        case _, "latin1":
            return _whole(guest, string.encode("latin-1"), 2, source.units)
        case _, "tagged-utf16":
            return _probably_utf16(guest, string, source.units)
        case _:
            return _latin1_or_utf16(guest, string, source.units)


def _whole(guest: Guest, contents: bytes, align: int, units: int) -> tuple[int, int]:
    """The size is known beforehand."""
    address = guest.allocate(align, len(contents))
    guest.write_bytes(address, contents)
    return address, units


def _into_utf8(guest: Guest, string: str, units: int, worst: int) -> tuple[int, int]:
    """One byte for each unit will do until a character is not ASCII."""
    contents = string.encode()
    ascii_length = next((place for place, byte in enumerate(contents) if byte >= 0x80), len(contents))
    address = guest.allocate(1, units)
    guest.write_bytes(address, contents[:ascii_length])
    if ascii_length == len(contents):
        return address, units
    address = guest.reallocate(address, units, 1, worst)
    guest.write_bytes(address + ascii_length, contents[ascii_length:])
    if worst > len(contents):
        address = guest.reallocate(address, worst, 1, len(contents))
    return address, len(contents)


def _utf8_into_utf16(guest: Guest, string: str, units: int) -> tuple[int, int]:
    """As if each byte were a character; what is too much is given back."""
    contents = string.encode("utf-16-le")
    address = guest.allocate(2, 2 * units)
    guest.write_bytes(address, contents)
    if len(contents) < 2 * units:
        address = guest.reallocate(address, 2 * units, 2, len(contents))
    return address, len(contents) // 2


def _latin1_or_utf16(guest: Guest, string: str, units: int) -> tuple[int, int]:
    """Latin-1 until a character does not fit; then everything is made wide, in a block for the worst case."""
    narrow = next((place for place, character in enumerate(string) if ord(character) > 0xFF), len(string))
    address = guest.allocate(2, units)
    guest.write_bytes(address, string[:narrow].encode("latin-1"))
    if narrow == len(string):
        if narrow < units:
            address = guest.reallocate(address, units, 2, narrow)
        return address, narrow
    worst = 2 * units
    address = guest.reallocate(address, units, 2, worst)
    contents = string.encode("utf-16-le")
    guest.write_bytes(address, contents)
    if worst > len(contents):
        address = guest.reallocate(address, worst, 2, len(contents))
    return address, len(contents) // 2 | tag(guest)


def _probably_utf16(guest: Guest, string: str, units: int) -> tuple[int, int]:
    """Its source chose utf16, presumably for a reason; if there was none, Latin-1 is written over it."""
    contents = string.encode("utf-16-le")
    address = guest.allocate(2, 2 * units)
    guest.write_bytes(address, contents)
    if any(ord(character) > 0xFF for character in string):
        return address, units | tag(guest)
    guest.write_bytes(address, string.encode("latin-1"))
    address = guest.reallocate(address, 2 * units, 1, units)
    return address, units
