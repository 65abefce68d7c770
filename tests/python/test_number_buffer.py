"""`NumberBuffer` is indexed as a list is, whatever the index does."""

from __future__ import annotations

from array import array

import pytest
from dovetail import NumberBuffer


class Raising:
    def __index__(self) -> int:
        raise LookupError("an index of its own mind")


class Two:
    def __index__(self) -> int:
        return 2


def test_indices_that_fit() -> None:
    numbers = NumberBuffer("I", [1, 2, 3])
    assert (numbers[Two()], numbers[-1], numbers[True]) == (3, 3, 2)


@pytest.mark.parametrize("index", [2**70, -(2**70), 3, -4, 2**63 - 1])
def test_an_index_out_of_range(index: int) -> None:
    with pytest.raises(IndexError) as of_list:
        [1, 2, 3][index]
    with pytest.raises(IndexError) as caught:
        NumberBuffer("I", [1, 2, 3])[index]
    assert str(caught.value).removeprefix("NumberBuffer") == str(of_list.value).removeprefix("list")


def test_the_exception_of_an_index_comes_through() -> None:
    with pytest.raises(LookupError) as caught:
        NumberBuffer("I", [1, 2, 3])[Raising()]  # type: ignore[call-overload]
    assert type(caught.value) is LookupError
    assert str(caught.value) == "an index of its own mind"


@pytest.mark.parametrize("index", ["1", 1.0, None])
def test_what_is_no_index(index: object) -> None:
    with pytest.raises(TypeError, match="NumberBuffer indices: expected int or slice, got"):
        NumberBuffer("I", [1, 2, 3])[index]  # type: ignore[call-overload]


def test_a_buffer_of_other_items() -> None:
    with pytest.raises(TypeError) as caught:
        NumberBuffer("d", array("q", [1]))
    assert str(caught.value) == "`numbers`: expected a buffer with items `d`, got array with `q`"
