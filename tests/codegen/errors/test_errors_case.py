"""The error of a result is raised, as an exception of its own where WIT gives the type a name."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType, SimpleNamespace

import pytest
from dovetail import Err, Store


def test_errors_are_raised_both_ways(case: ModuleType, part: Callable[[str], ModuleType]) -> None:
    kinds, user = part("imports.kinds"), part("exports.user")
    failing: dict[str, Exception] = {
        "n": kinds.TroubleRaised(kinds.Trouble_Y("why")),
        "o": Err(kinds.Details(code=7)),
        "p": kinds.TroubleRaised(kinds.Trouble_X()),
    }

    def fail(name: str) -> Callable[[], int]:
        def function() -> int:
            raise failing[name]

        return function

    class Blame:
        """A resource of the host whose constructor may fail."""

    host = SimpleNamespace(**{name: fail(name) for name in failing})
    unused = SimpleNamespace(**{name: fail("n") for name in "abcdefghijklm"}, Blame=Blame)
    imports = case.ErrorsImports(kinds=unused, user=host, q=lambda: 5)
    with Store() as store:
        world = case.Errors(store, imports)
        with pytest.raises(user.TroubleRaised) as trouble:
            world.user.n()
        assert trouble.value.value == kinds.Trouble_Y("why")
        with pytest.raises(user.ParticularsRaised) as particulars:
            world.user.o()
        assert particulars.value.value.code == 7
        with pytest.raises(Err) as alias:
            world.user.p()
        assert alias.value.value == kinds.Trouble_X()
        assert world.q() == 5
