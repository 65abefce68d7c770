"""World async-alone of cases:async-alone@0.1.0"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import dovetail
from dovetail.component import bind_async

from .exports.runner import RunnerAsync
from .imports.clock import ClockAsync
from .imports.runner import RunnerAsync as RunnerImportAsync

__all__ = ["AsyncAloneAsync", "AsyncAloneAsyncImports"]


@dataclass(kw_only=True, slots=True)
class AsyncAloneAsyncImports:
    """What the host gives to world async-alone.

    Functions may be `async def`: what they return is awaited.
    """

    clock: ClockAsync
    runner: RunnerImportAsync
    double: Callable[[int], dovetail.MaybeAwaitable[int]]


class AsyncAloneAsync(dovetail.AsyncWorld):
    """World async-alone of cases:async-alone@0.1.0

    Awaiting an object of this class instantiates the component; calls are awaited too.
    """

    runner: RunnerAsync

    def __init__(self, store: dovetail.Store, imports: AsyncAloneAsyncImports) -> None:
        bind_async(self, __name__, store, imports, fingerprint="06900d4aeef48fbf")

    async def double(self, number: int) -> int:
        """export double"""
        raise NotImplementedError
