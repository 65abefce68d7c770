"""World stability-features of cases:stability-features@1.3.0"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import dovetail
from dovetail.component import bind

from .exports.experiment import Experiment
from .exports.history import History
from .imports.experiment import Experiment as ExperimentImport
from .imports.history import History as HistoryImport

__all__ = ["StabilityFeatures", "StabilityFeaturesImports"]


@dataclass(kw_only=True, slots=True)
class StabilityFeaturesImports:
    """What the host gives to world stability-features."""

    history: HistoryImport
    experiment: ExperimentImport
    log: Callable[[str], None]
    """Logs.

    Deprecated since 1.3.0.
    """


class StabilityFeatures:
    """A world with a history.

    Since 1.0.0.
    """

    history: History
    experiment: Experiment

    def __init__(
        self,
        store: dovetail.Store,
        imports: StabilityFeaturesImports,
    ) -> None:
        bind(self, __name__, store, imports, fingerprint="2d303f9fbc70a1e9")

    @dovetail.deprecated("since 1.3.0")
    def log(self, text: str) -> None:
        """Deprecated since 1.3.0."""
        raise NotImplementedError

    def flush(self) -> None:
        """Unstable: feature `plainer`."""
        raise NotImplementedError
