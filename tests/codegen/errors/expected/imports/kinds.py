"""cases:errors/kinds"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import dovetail

__all__ = [
    "Alias",
    "Blame",
    "Details",
    "DetailsRaised",
    "Faults",
    "FaultsRaised",
    "Kinds",
    "Reason",
    "ReasonRaised",
    "Text",
    "Trouble",
    "TroubleRaised",
    "Trouble_X",
    "Trouble_Y",
]


@dataclass(frozen=True, slots=True)
class Details:
    """record details"""

    code: int  # u32


class DetailsRaised(dovetail.Err[Details]):
    """Raised where a function's result is an error of type details."""


class Reason(enum.Enum):
    """enum reason"""

    ONE = 0


class ReasonRaised(dovetail.Err[Reason]):
    """Raised where a function's result is an error of type reason."""


class Faults(enum.Flag):
    """flags faults"""

    A = 1
    B = 2


class FaultsRaised(dovetail.Err[Faults]):
    """Raised where a function's result is an error of type faults."""


@dataclass(frozen=True, slots=True)
class Trouble_X:
    """trouble.x"""


@dataclass(frozen=True, slots=True)
class Trouble_Y:
    """trouble.y"""

    value: str


Trouble: TypeAlias = Trouble_X | Trouble_Y
"""variant trouble"""


class TroubleRaised(dovetail.Err[Trouble]):
    """Raised where a function's result is an error of type trouble."""


Alias: TypeAlias = Trouble
"""type alias"""

Text: TypeAlias = str
"""type text"""


@runtime_checkable
class Blame(Protocol):
    """resource blame"""

    def __init__(self) -> None:
        """Raises: TroubleRaised"""
        ...


class Kinds(Protocol):
    """cases:errors/kinds"""

    def a(self) -> int:
        """Raises: DetailsRaised"""
        ...

    def b(self) -> None:
        """Raises: ReasonRaised"""
        ...

    def c(self) -> int:
        """Raises: FaultsRaised"""
        ...

    def d(self) -> int:
        """Raises: TroubleRaised"""
        ...

    def e(self) -> int:
        """Raises: TroubleRaised"""
        ...

    def f(self) -> int:
        """Raises: dovetail.Err[Text]"""
        ...

    def g(self) -> int:
        """Raises: dovetail.Err[Blame]"""
        ...

    def h(self) -> None:
        """Raises: dovetail.Err[Sequence[Trouble]]"""
        ...

    def i(self) -> int | None:
        """Raises: dovetail.Err[Trouble | None]"""
        ...

    def j(self) -> None:
        """Raises: dovetail.Err[None]"""
        ...

    def k(self) -> int:
        """Raises: dovetail.Err[None]"""
        ...

    def l(self) -> dovetail.Ok[int] | dovetail.Err[str]:
        """Raises: dovetail.Err[str]"""
        ...

    def m(self) -> dovetail.Ok[int] | dovetail.Err[Trouble] | None: ...

    @property
    def Blame(self) -> type[Blame]: ...
