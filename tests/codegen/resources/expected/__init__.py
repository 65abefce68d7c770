"""World resources of cases:resources"""

from __future__ import annotations

from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from .exports.guest import Guest
from .exports.only_resource import OnlyResource
from .imports.guest import Guest as GuestImport
from .imports.host import Host

__all__ = ["Resources", "ResourcesImports"]


@dataclass(kw_only=True, slots=True)
class ResourcesImports:
    """What the host gives to world resources."""

    host: Host
    guest: GuestImport


class Resources:
    """World resources of cases:resources"""

    guest: Guest
    only_resource: OnlyResource

    def __init__(self, store: dovetail.Store, imports: ResourcesImports) -> None:
        bind(self, __name__, store, imports, fingerprint="60b4888ba5658e8e")
