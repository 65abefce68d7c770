"""World async-faces of cases:async-faces@0.1.0"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import dovetail
from dovetail.component import bind, bind_async

from .exports.guest import Guest, GuestAsync
from .imports.base import Plain
from .imports.disk import Disk, DiskAsync
from .imports.error import ErrorInterface, ErrorInterfaceAsync
from .imports.shed import Shed, ShedAsync

__all__ = [
    "AsyncFaces",
    "AsyncFacesAsync",
    "AsyncFacesAsyncImports",
    "AsyncFacesImports",
    "Plain",
    "Sensor",
    "SensorAsync",
]


@runtime_checkable
class Sensor(Protocol):
    """resource sensor"""

    def __init__(self, name: str, /) -> None: ...

    def value(self) -> float: ...


@runtime_checkable
class SensorAsync(Protocol):
    """resource sensor

    Methods may be `async def`: what they return is awaited.
    """

    def __init__(self, name: str, /) -> None: ...

    def value(self) -> dovetail.MaybeAwaitable[float]: ...


@dataclass(kw_only=True, slots=True)
class AsyncFacesImports:
    """What the host gives to world async-faces."""

    disk: Disk
    error: ErrorInterface
    shed: Shed
    log: Callable[[str], None]
    find: Callable[[str], Sensor]
    """Raises: dovetail.Err[str]"""
    sensor: type[Sensor]


class AsyncFaces:
    """World async-faces of cases:async-faces@0.1.0"""

    guest: Guest

    def __init__(self, store: dovetail.Store, imports: AsyncFacesImports) -> None:
        bind(self, __name__, store, imports, fingerprint="909c4d9782f0cbfd")

    def find(self, key: str) -> Sensor:
        """export find

        Raises: dovetail.Err[str]
        """
        raise NotImplementedError

    def log(self, message: str) -> None:
        """export log"""
        raise NotImplementedError

    def count(self, plain: Plain) -> int:
        """export count"""
        raise NotImplementedError


@dataclass(kw_only=True, slots=True)
class AsyncFacesAsyncImports:
    """What the host gives to world async-faces.

    Functions may be `async def`: what they return is awaited.
    """

    disk: DiskAsync
    error: ErrorInterfaceAsync
    shed: ShedAsync
    log: Callable[[str], dovetail.MaybeAwaitable[None]]
    find: Callable[[str], dovetail.MaybeAwaitable[SensorAsync]]
    """Raises: dovetail.Err[str]"""
    sensor: type[SensorAsync]


class AsyncFacesAsync(dovetail.AsyncWorld):
    """World async-faces of cases:async-faces@0.1.0

    Awaiting an object of this class instantiates the component; calls are awaited too.
    """

    guest: GuestAsync

    def __init__(self, store: dovetail.Store, imports: AsyncFacesAsyncImports) -> None:
        bind_async(self, __name__, store, imports, fingerprint="909c4d9782f0cbfd")

    async def find(self, key: str) -> SensorAsync:
        """export find

        Raises: dovetail.Err[str]
        """
        raise NotImplementedError

    async def log(self, message: str) -> None:
        """export log"""
        raise NotImplementedError

    async def count(self, plain: Plain) -> int:
        """export count"""
        raise NotImplementedError
