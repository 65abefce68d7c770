"""The table of constructs: every row stands in the goldens, every case has a row, and the page is printed from it."""

from __future__ import annotations

import constructs
import pytest

ROWS = [row for rows in constructs.SECTIONS.values() for row in rows]
FOLDERS = sorted(path.parent.name for path in constructs.CASES.glob("*/world.wit"))


def flat(text: str) -> str:
    """Text with its line ends as blanks, so that it does not matter where it is broken."""
    return " ".join(text.split())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.case}:{row.wit}")
def test_a_row_is_in_the_golden(row: constructs.Row) -> None:
    case = constructs.CASES / row.case
    assert flat(row.wit) in flat((case / row.wit_file).read_text()), "the WIT has it"
    golden = flat((case / "expected" / row.file).read_text())
    for line in row.python:
        assert flat(line) in golden


def test_every_case_has_a_row_and_runs() -> None:
    assert [case for case in FOLDERS if case not in {row.case for row in ROWS}] == []
    tests = {case: constructs.CASES / case / f"test_{case.replace('-', '_')}_case.py" for case in FOLDERS}
    assert [case for case, path in tests.items() if not path.exists()] == []


def test_the_page_is_current() -> None:
    current = constructs.PAGE.exists() and constructs.PAGE.read_text() == constructs.page()
    assert current, "docs/types.md is not what its table says: run `python tests/codegen/constructs.py`"
