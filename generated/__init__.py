"""World bindgen"""

from __future__ import annotations

from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from .exports.generator import Generator
from .imports.environment import Environment
from .imports.error import ErrorInterface
from .imports.exit import Exit
from .imports.preopens import Preopens
from .imports.random import Random
from .imports.stderr import Stderr
from .imports.stdin import Stdin
from .imports.stdout import Stdout
from .imports.streams import Streams
from .imports.types import Types

__all__ = ["Bindgen", "BindgenImports"]


@dataclass(kw_only=True, slots=True)
class BindgenImports:
    """What the host gives to world bindgen."""

    environment: Environment | None = None
    exit: Exit | None = None
    error: ErrorInterface | None = None
    streams: Streams | None = None
    stdin: Stdin | None = None
    stdout: Stdout | None = None
    stderr: Stderr | None = None
    types: Types | None = None
    preopens: Preopens | None = None
    random: Random | None = None


class Bindgen:
    """World bindgen"""

    generator: Generator

    def __init__(
        self,
        store: dovetail.Store,
        imports: BindgenImports | None = None,
    ) -> None:
        bind(self, __name__, store, imports, fingerprint="8cce7c1bc225fd84")
