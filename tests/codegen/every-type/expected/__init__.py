"""World every-type of cases:every-type@1.0.0"""

from __future__ import annotations

from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from .exports.guest import Guest
from .imports.host import Host

__all__ = ["EveryType", "EveryTypeImports"]


@dataclass(kw_only=True, slots=True)
class EveryTypeImports:
    """What the host gives to world every-type."""

    host: Host


class EveryType:
    """World every-type of cases:every-type@1.0.0"""

    guest: Guest

    def __init__(self, store: dovetail.Store, imports: EveryTypeImports) -> None:
        bind(self, __name__, store, imports, fingerprint="af331f392a9cbffd")
