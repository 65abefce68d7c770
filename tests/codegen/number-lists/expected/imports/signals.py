"""cases:number-lists/signals"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import dovetail

__all__ = [
    "Sample",
    "Sample_Floats",
    "Sample_Integers",
    "Sample_Text",
    "Signal",
    "Signals",
    "SignalsAsync",
    "Ticks",
]


@dataclass(frozen=True, slots=True)
class Signal:
    """record signal"""

    name: str
    samples: dovetail.NumberBuffer[float]  # f32
    spectrum: dovetail.NumberBuffer[float] | None
    rows: list[dovetail.NumberBuffer[int]]  # s32
    raw: bytes
    calibration: dovetail.NumberBuffer[float]
    by_name: dict[str, dovetail.NumberBuffer[int]]  # u64


@dataclass(frozen=True, slots=True)
class Sample_Integers:
    """sample.integers"""

    value: dovetail.NumberBuffer[int]  # s64


@dataclass(frozen=True, slots=True)
class Sample_Floats:
    """sample.floats"""

    value: dovetail.NumberBuffer[float]


@dataclass(frozen=True, slots=True)
class Sample_Text:
    """sample.text"""

    value: list[str]


Sample: TypeAlias = Sample_Integers | Sample_Floats | Sample_Text
"""variant sample"""

Ticks: TypeAlias = dovetail.NumberBuffer[int]
"""type ticks"""


class Signals(Protocol):
    """Lists of every number type, and of what is none."""

    def shorts(
        self,
        numbers: dovetail.NumberBuffer[int],
        /,
    ) -> Sequence[int] | dovetail.Buffer: ...

    def bytes(
        self,
        numbers: dovetail.NumberBuffer[int],
        /,
    ) -> Sequence[int] | dovetail.Buffer: ...

    def words(
        self,
        numbers: dovetail.NumberBuffer[int],
        /,
    ) -> Sequence[int] | dovetail.Buffer: ...

    def unsigned(
        self,
        numbers: dovetail.NumberBuffer[int],
        /,
    ) -> Sequence[int] | dovetail.Buffer: ...

    def tick(self, ticks: Ticks, /) -> Sequence[int] | dovetail.Buffer: ...

    def checked(
        self,
        numbers: dovetail.NumberBuffer[float],
        /,
    ) -> Sequence[float] | dovetail.Buffer:
        """Raises: dovetail.Err[Sequence[float] | dovetail.Buffer]"""
        ...

    def measure(self, signal: Signal, /) -> Signal: ...

    def sort(self, samples: list[Sample], /) -> Sequence[Sample]: ...

    def switches(self, switches: list[bool], /) -> Sequence[bool]: ...

    def four(
        self,
        numbers: dovetail.NumberBuffer[int],
        /,
    ) -> Sequence[int] | dovetail.Buffer: ...

    def eight(
        self,
        numbers: tuple[dovetail.NumberBuffer[int], list[str]],
        /,
    ) -> tuple[Sequence[int] | dovetail.Buffer, Sequence[str]]: ...


class SignalsAsync(Protocol):
    """Lists of every number type, and of what is none.

    Functions may be `async def`: what they return is awaited.
    """

    def shorts(
        self,
        numbers: dovetail.NumberBuffer[int],
        /,
    ) -> dovetail.MaybeAwaitable[Sequence[int] | dovetail.Buffer]: ...

    def bytes(
        self,
        numbers: dovetail.NumberBuffer[int],
        /,
    ) -> dovetail.MaybeAwaitable[Sequence[int] | dovetail.Buffer]: ...

    def words(
        self,
        numbers: dovetail.NumberBuffer[int],
        /,
    ) -> dovetail.MaybeAwaitable[Sequence[int] | dovetail.Buffer]: ...

    def unsigned(
        self,
        numbers: dovetail.NumberBuffer[int],
        /,
    ) -> dovetail.MaybeAwaitable[Sequence[int] | dovetail.Buffer]: ...

    def tick(
        self,
        ticks: Ticks,
        /,
    ) -> dovetail.MaybeAwaitable[Sequence[int] | dovetail.Buffer]: ...

    def checked(
        self,
        numbers: dovetail.NumberBuffer[float],
        /,
    ) -> dovetail.MaybeAwaitable[Sequence[float] | dovetail.Buffer]:
        """Raises: dovetail.Err[Sequence[float] | dovetail.Buffer]"""
        ...

    def measure(self, signal: Signal, /) -> dovetail.MaybeAwaitable[Signal]: ...

    def sort(
        self,
        samples: list[Sample],
        /,
    ) -> dovetail.MaybeAwaitable[Sequence[Sample]]: ...

    def switches(
        self,
        switches: list[bool],
        /,
    ) -> dovetail.MaybeAwaitable[Sequence[bool]]: ...

    def four(
        self,
        numbers: dovetail.NumberBuffer[int],
        /,
    ) -> dovetail.MaybeAwaitable[Sequence[int] | dovetail.Buffer]: ...

    def eight(
        self,
        numbers: tuple[dovetail.NumberBuffer[int], list[str]],
        /,
    ) -> dovetail.MaybeAwaitable[
        tuple[Sequence[int] | dovetail.Buffer, Sequence[str]]
    ]: ...
