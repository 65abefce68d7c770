"""What the tests of random types share: the tally, which stands at the end of the run's report."""

from __future__ import annotations

import pytest
from randomized.exchange import Tally

TALLY = Tally()


@pytest.fixture(scope="session")
def tally() -> Tally:
    """What was tried so far."""
    return TALLY


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says how much was tried."""
    if TALLY.types:
        terminalreporter.write_line(
            f"random types: {TALLY.types} types in {TALLY.components} components, {TALLY.values} values, "
            f"{TALLY.passages} of them through two components too, {TALLY.damaged} damaged images, {TALLY.traps} traps"
        )
