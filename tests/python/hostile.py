"""What the tests of hostile Python objects and of hostile hosts share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

IN_USE = "the store is in use: a value is being converted for it"
NOT_CLOSED = "the store is in use: it cannot be closed during a call into it"
CHANGED = "the sequence changed its length while it was converted"

Act = Callable[[], object]


def refused(call: Callable[[], object], error: type[BaseException], text: str) -> None:
    """The call raises exactly this class with exactly this text."""
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error
    assert str(caught.value) == text


class Raises:
    """Raises the same exception each time."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __call__(self, *_arguments: Any) -> Any:
        raise self.error
