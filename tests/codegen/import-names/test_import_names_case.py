"""With `--import-name`, imported interfaces have the names that are asked for; exported ones keep theirs."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType, SimpleNamespace

from dovetail import Store


def test_imports_have_new_names(case: ModuleType, part: Callable[[str], ModuleType]) -> None:
    entry = part("imports.table").Entry(key="four")
    imports = case.ImportNamesImports(
        table=SimpleNamespace(put=lambda e: len(e.key)),
        store=SimpleNamespace(note=lambda e, text: len(e.key + text)),
        clock=SimpleNamespace(now=lambda: 5),
    )
    with Store() as store:
        world = case.ImportNames(store, imports)
        assert world.store.put(entry) == 4
        assert world.log.note(entry, "!!") == 6
        assert world.clock.now() == 5
