"""World bindgen"""

from __future__ import annotations

from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from . import imports
from .exports.generator import Generator

__all__ = ["Bindgen", "BindgenImports"]


@dataclass(kw_only=True, slots=True)
class BindgenImports:
    """What the host gives to world bindgen."""

    environment: imports.environment.Environment | None = None
    exit: imports.exit.Exit | None = None
    error: imports.error.ErrorInterface | None = None
    streams: imports.streams.Streams | None = None
    stdin: imports.stdin.Stdin | None = None
    stdout: imports.stdout.Stdout | None = None
    stderr: imports.stderr.Stderr | None = None
    types: imports.types.Types | None = None
    preopens: imports.preopens.Preopens | None = None
    random: imports.random.Random | None = None


class Bindgen:
    """World bindgen"""

    generator: Generator

    def __init__(
        self,
        store: dovetail.Store,
        imports: BindgenImports | None = None,
    ) -> None:
        bind(self, __name__, store, imports, fingerprint="8cce7c1bc225fd84")
