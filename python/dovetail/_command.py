"""What the commands share: reading a WebAssembly file and reporting a failure."""

from __future__ import annotations

import sys
from pathlib import Path

from . import wat2wasm


def read_wasm(path: str) -> bytes:
    """The binary in a file, which may be in the text format."""
    contents = Path(path).read_bytes()
    return contents if contents[:4] == b"\0asm" or not path.endswith(".wat") else wat2wasm(contents)


def fail(error: object, path: str | None = None, *, advice: str | None = None) -> int:
    """Says what went wrong on standard error, and what to do; returns the exit status."""
    if isinstance(error, OSError) and error.strerror is not None:
        text = f"`{error.filename}`: {error.strerror.lower()}" if error.filename else error.strerror.lower()
    else:
        text = f"`{path}`: {error}" if path is not None else str(error)
    print(f"error: {text}" if advice is None else f"error: {text}: {advice}", file=sys.stderr)
    return 1
