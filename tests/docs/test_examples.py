"""The examples of the documentation: every page's Python blocks run in order, in one namespace."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["README.md", "docs/guide.md"]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
def test_examples_run(page: str, package: Callable[[str], ModuleType]) -> None:
    package("kv")
    text = (ROOT / page).read_text(encoding="utf-8")
    namespace: dict[str, Any] = {"__name__": "example"}
    blocks = list(BLOCK.finditer(text))
    assert blocks, f"{page} has no examples"
    for block in blocks:
        # Errors point to the line of the page.
        line = text.count("\n", 0, block.start(1))
        exec(compile("\n" * line + block.group(1), page, "exec"), namespace)


def test_every_page_with_python_is_run() -> None:
    with_python = {
        path.relative_to(ROOT).as_posix()
        for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
        if BLOCK.search(path.read_text(encoding="utf-8"))
    }
    assert with_python == set(PAGES)
