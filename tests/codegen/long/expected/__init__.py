"""World a-world-with-quite-a-long-name-x-x-of-wonderful-beta-beta of cases:long"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from .exports.things import Things
from .imports.things import Things as ThingsImport

__all__ = [
    "AWorldWithQuiteALongNameXXOfWonderfulBetaBeta",
    "AWorldWithQuiteALongNameXXOfWonderfulBetaBetaImports",
]


@dataclass(kw_only=True, slots=True)
class AWorldWithQuiteALongNameXXOfWonderfulBetaBetaImports:
    """What the host gives to world a-world-with-quite-a-long-name-x-x-of-wonderful-beta-beta."""

    things: ThingsImport
    beta_x_manager_delta_epsilon: Callable[[str, int, bool, float], dovetail.Buffer]
    """Raises: dovetail.Err[str]"""
    alpha_of: Callable[[str, int, float, bool], dovetail.Buffer]
    """Raises: dovetail.Err[str]"""
    extraordinary_configuration_of_configuration_alpha: Callable[
        [int, int],
        tuple[str, int],
    ]
    wonderful_wonderful_x: Callable[[str, int, int], dovetail.Buffer]
    """Raises: dovetail.Err[str]"""


class AWorldWithQuiteALongNameXXOfWonderfulBetaBeta:
    """World a-world-with-quite-a-long-name-x-x-of-wonderful-beta-beta of cases:long"""

    things: Things

    def __init__(
        self,
        store: dovetail.Store,
        imports: AWorldWithQuiteALongNameXXOfWonderfulBetaBetaImports,
    ) -> None:
        bind(self, __name__, store, imports, fingerprint="4febb07e86562afd")

    def extraordinary_gamma_wonderful(
        self,
        alpha_epsilon: bool,
        x_beta: str,
        beta_alpha: str,
        manager_configuration: int,
        configuration_epsilon: int,
        extraordinary_epsilon: str,
    ) -> tuple[str, int]:
        """export extraordinary-gamma-wonderful"""
        raise NotImplementedError
