"""The component can be made; `tests/runtime/test_kv.py` runs one that keeps a store, written in Rust for the same world."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace

import pytest
from dovetail import Store, Trap


class Sink:
    """A sink of the host."""

    def __init__(self, name: str) -> None: ...

    def write(self, data: bytes) -> int:
        return len(data)

    @staticmethod
    def flush() -> None: ...


def test_an_export_without_implementation_traps(case: ModuleType) -> None:
    host = SimpleNamespace(Sink=Sink, log=lambda level, message: None)
    with Store() as store:
        world = case.Kv(store, case.KvImports(host_log=host))
        with pytest.raises(Trap, match="unreachable"):
            world.store.maybe()
