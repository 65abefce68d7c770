"""What is measured: the cases that every engine is asked for, by name, in the order of the table."""

from __future__ import annotations

CALLS: dict[str, str] = {
    "nothing": "no arguments",
    "integers": "two integers",
    "string_10": "string of 10 bytes, through",
    "string_1k": "string of 1 KB, through",
    "string_1m": "string of 1 MB, through",
    "bytes_in_1k": "list<u8> of 1 KB, in",
    "bytes_in_1m": "list<u8> of 1 MB, in",
    "bytes_1k": "list<u8> of 1 KB, through",
    "bytes_1m": "list<u8> of 1 MB, through",
    "floats_1000": "1,000 floats, through",
    "record_1": "1 record of two floats, through",
    "records_1000": "1,000 records of two floats, through",
    "variant_float": "variant with a float, through",
    "variant_string": "variant with a string, through",
    "host_import": "host import, per call from a guest loop",
    "resource_method": "resource method",
    "core_integers": "core function of two integers",
}
"""Nanoseconds per call."""

STARTING: dict[str, str] = {
    "import": "import of the package",
    "compile": "compile the generator component",
    "cached_load": "load it again from the cache",
    "instantiate": "instantiate a component",
}
"""Nanoseconds per time."""

ALL = {**CALLS, **STARTING}

LOOP = 1000
"""How often the guest calls the host in one call of `host_import`."""
