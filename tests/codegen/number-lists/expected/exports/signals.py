"""cases:number-lists/signals"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import dovetail

from ..imports.signals import (
    Sample,
    Sample_Floats,
    Sample_Integers,
    Sample_Text,
    Signal,
    Ticks,
)

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


class Signals(Protocol):
    """Lists of every number type, and of what is none."""

    def shorts(
        self,
        numbers: Sequence[int] | dovetail.Buffer,
    ) -> dovetail.NumberBuffer[int]: ...

    def bytes(
        self,
        numbers: Sequence[int] | dovetail.Buffer,
    ) -> dovetail.NumberBuffer[int]: ...

    def words(
        self,
        numbers: Sequence[int] | dovetail.Buffer,
    ) -> dovetail.NumberBuffer[int]: ...

    def unsigned(
        self,
        numbers: Sequence[int] | dovetail.Buffer,
    ) -> dovetail.NumberBuffer[int]: ...

    def tick(self, ticks: Sequence[int] | dovetail.Buffer) -> Ticks: ...

    def checked(
        self,
        numbers: Sequence[float] | dovetail.Buffer,
    ) -> dovetail.NumberBuffer[float]:
        """Raises: dovetail.Err[dovetail.NumberBuffer[float]]"""
        ...

    def measure(self, signal: Signal) -> Signal: ...

    def sort(self, samples: Sequence[Sample]) -> list[Sample]: ...

    def switches(self, switches: Sequence[bool]) -> list[bool]: ...

    def four(
        self,
        numbers: Sequence[int] | dovetail.Buffer,
    ) -> dovetail.NumberBuffer[int]: ...

    def eight(
        self,
        numbers: tuple[Sequence[int] | dovetail.Buffer, Sequence[str]],
    ) -> tuple[dovetail.NumberBuffer[int], list[str]]: ...


class SignalsAsync(Protocol):
    """Lists of every number type, and of what is none.

    Calls are awaited.
    """

    async def shorts(
        self,
        numbers: Sequence[int] | dovetail.Buffer,
    ) -> dovetail.NumberBuffer[int]: ...

    async def bytes(
        self,
        numbers: Sequence[int] | dovetail.Buffer,
    ) -> dovetail.NumberBuffer[int]: ...

    async def words(
        self,
        numbers: Sequence[int] | dovetail.Buffer,
    ) -> dovetail.NumberBuffer[int]: ...

    async def unsigned(
        self,
        numbers: Sequence[int] | dovetail.Buffer,
    ) -> dovetail.NumberBuffer[int]: ...

    async def tick(self, ticks: Sequence[int] | dovetail.Buffer) -> Ticks: ...

    async def checked(
        self,
        numbers: Sequence[float] | dovetail.Buffer,
    ) -> dovetail.NumberBuffer[float]:
        """Raises: dovetail.Err[dovetail.NumberBuffer[float]]"""
        ...

    async def measure(self, signal: Signal) -> Signal: ...

    async def sort(self, samples: Sequence[Sample]) -> list[Sample]: ...

    async def switches(self, switches: Sequence[bool]) -> list[bool]: ...

    async def four(
        self,
        numbers: Sequence[int] | dovetail.Buffer,
    ) -> dovetail.NumberBuffer[int]: ...

    async def eight(
        self,
        numbers: tuple[Sequence[int] | dovetail.Buffer, Sequence[str]],
    ) -> tuple[dovetail.NumberBuffer[int], list[str]]: ...
