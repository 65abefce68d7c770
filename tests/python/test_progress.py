"""What a person at a terminal is told of work that lasts, and that nobody else is told anything."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import time
from dovetail._engine import _Waiting
with _Waiting("working"):
    time.sleep({seconds})
"""


def on_a_terminal(seconds: float) -> bytes:
    """What appears on a terminal while something lasts that long."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "python")}
    command = [sys.executable, "-c", PROGRAM.format(seconds=seconds)]
    subprocess.run(command, stderr=theirs, env=environment, check=True, timeout=60)
    os.close(theirs)
    os.set_blocking(ours, False)
    try:
        return os.read(ours, 4096)
    except OSError:
        return b""
    finally:
        os.close(ours)


def test_a_second_passes_in_silence() -> None:
    assert on_a_terminal(0.1) == b""


def test_then_it_is_said_and_taken_back() -> None:
    text = on_a_terminal(1.4)
    assert b"working: 1 s" in text
    assert text.endswith(b"\r\x1b[K"), "the line is cleared"


def test_nothing_is_said_elsewhere() -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "python")}
    command = [sys.executable, "-c", PROGRAM.format(seconds=1.2)]
    done = subprocess.run(command, capture_output=True, env=environment, check=True, timeout=60)
    assert done.stderr == b""
