"""Random types and values through the whole product: a component for the types, its generated package, the engine, and a chain
of two components with different encodings of strings.

Hypothesis draws all trials first, the same in each run; they are tried many to a component, because making one takes longer
than using it. If any trial fails, hypothesis draws again with the failures known, shrinks the first of them in a component
of its own, and the smallest is written below `target/oracle` as a file that `tests/oracle/cases` can keep.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from randomized import kept
from randomized.chain import Pair, Passage, chain, suitable
from randomized.component import Probe, component
from randomized.exchange import Exchange, Package, Tally
from randomized.strategies import ENCODINGS, Trial, trials

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CASES = sorted((HERE / "cases").glob("*.json"))
BOUNDED = 2_000
MORE = 30_000
TOGETHER = 25
SEED = 3
_NUMBERS = itertools.count()


def attempt(trials: list[Trial], folder: Path, tally: Tally) -> list[str | None]:
    """Tries trials in one component, and in a chain of two; what went wrong with each."""
    probes = [Probe(number, trial.ty, trial.encoding) for number, trial in enumerate(trials)]
    package = Package.build(component(probes), probes, f"random{next(_NUMBERS)}", folder, tally)
    errors = [_echo(package, probe, trial) for probe, trial in zip(probes, trials, strict=True)]
    package.close()
    pairs = [
        Pair.of(probe, ENCODINGS[(ENCODINGS.index(probe.encoding) + 1 + len(trial.rounds) % 2) % len(ENCODINGS)])
        for probe, trial in zip(probes, trials, strict=True)
        if suitable(probe.ty)
    ]
    if pairs:
        numbers = [pair.first for pair in pairs]
        package = Package.build(chain(pairs), numbers, f"chain{next(_NUMBERS)}", folder, tally)
        for pair in pairs:
            number = pair.first.number
            errors[number] = errors[number] or _pass(package, pair, trials[number])
        package.close()
    return errors


def _echo(package: Package, probe: Probe, trial: Trial) -> str | None:
    package.tally.types += 1
    return _guarded(package, [Exchange(package, probe, round).run for round in trial.rounds])


def _pass(package: Package, pair: Pair, trial: Trial) -> str | None:
    package.tally.passages += len(trial.rounds)
    return _guarded(package, [Passage(package, pair, round).run for round in trial.rounds])


def _guarded(package: Package, runs: list[Callable[[], None]]) -> str | None:
    """What goes wrong first, if anything does."""
    try:
        for run in runs:
            run()
    except Exception as error:  # Whatever it is: the engine's errors and bugs are what this looks for.
        package.abandon()
        return f"{type(error).__name__}: {error}"
    return None


def drawn(count: int, *phases: Phase) -> settings:
    """No examples but those of the seed: the same in each run, and for each function that is decorated so."""
    return settings(
        database=None,
        deadline=None,
        max_examples=count,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_kept_case(case: Path, packages: Path, tally: Tally) -> None:
    """Cases that failed once. One with a reason under `fails` is still expected to fail, and fails the run when it passes."""
    reason = json.loads(case.read_text()).get("fails")
    [error] = attempt([kept.read(case)], packages, tally)
    if reason is None:
        assert error is None, error
    else:
        assert error is not None, f"passes, although it is said to fail: {reason}"


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_random_types(packages: Path, tally: Tally, request: pytest.FixtureRequest) -> None:
    """What the engine does is what the oracle says, for each trial."""
    count = MORE if request.config.getoption("--all") else BOUNDED
    found: list[Trial] = []

    @drawn(count, Phase.generate)
    @seed(SEED)
    @given(trials())
    def collect(trial: Trial) -> None:
        found.append(trial)

    collect()
    outcomes: dict[str, str | None] = {}
    for together in _chunks(found):
        errors = attempt(together, packages, tally)
        outcomes.update(zip(map(repr, together), errors, strict=True))
    if any(outcomes.values()):
        _shrink(count, outcomes, packages)


def _chunks(trials: list[Trial]) -> Iterator[list[Trial]]:
    for start in range(0, len(trials), TOGETHER):
        yield trials[start : start + TOGETHER]


def _shrink(count: int, outcomes: dict[str, str | None], folder: Path) -> None:
    """Draws the same trials again, of which one fails now, and fails with the smallest."""
    last: list[tuple[Trial, str]] = []

    @drawn(count, Phase.generate, Phase.shrink)
    @seed(SEED)
    @given(trials())
    def check(trial: Trial) -> None:
        key = repr(trial)
        if key in outcomes and outcomes[key] is None:
            return
        [error] = attempt([trial], folder, Tally())
        if error is not None:
            last.append((trial, error))
            raise AssertionError(error)

    try:
        check()
    except AssertionError:  # The one of `check`, with hypothesis's additions.
        trial, error = last[-1]
        directory = ROOT / "target" / "oracle"
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / "failing.json"
        path.write_text(kept.write(trial, error.splitlines()[0]))
        pytest.fail(f"{error}\nthe smallest trial that fails is in {path}:\n{path.read_text()}", pytrace=False)
    # In a component of its own no trial fails: what matters is what is beside it.
    failures = [f"{error}\n{key}" for key, error in outcomes.items() if error is not None]
    pytest.fail(f"{len(failures)} trials failed, though none of them alone; the first:\n{failures[0]}", pytrace=False)
