"""Locks that forked processes can use."""

from __future__ import annotations

import os
import threading


class Lock:
    """A lock that its thread may take several times. A process that is forked while another thread holds it has it anew: that
    thread is not there, and would never give it back. What it protects must be sound at every moment."""

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        self._lock = threading.RLock()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._after_fork)

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def _after_fork(self) -> None:
        if self._lock.acquire(blocking=False):  # Nobody held it, or this thread does.
            self._lock.release()
        else:
            self._lock = threading.RLock()
