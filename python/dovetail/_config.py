"""How an engine is set up, as plain data that `Engine` reads once."""

from __future__ import annotations

import os
import sys
from os import PathLike


class Config:
    """Settings of an engine. Changing one after `Engine(config)` has no effect on that engine."""

    __slots__ = (
        "cache",
        "cache_limit",
        "interruptible",
        "max_wasm_stack",
        "wasm_component_model",
        "wasm_component_model_fixed_length_lists",
        "wasm_component_model_implements",
        "wasm_component_model_map",
        "wasm_component_model_memory64",
        "wasm_component_model_values",
        "wasm_exceptions",
        "wasm_memory64",
        "wasm_multi_memory",
        "wasm_simd",
    )

    cache: bool | str | PathLike[str]
    """Where compiled code is kept: a directory, `True` for the platform's place, `False` for none."""
    cache_limit: int
    """How many bytes of compiled code are kept, about: what was used longest ago goes first."""
    interruptible: bool
    """Whether compiled code comes past the engine now and then, so that a guest that runs for long lets other threads run
    and can be interrupted. Costs loops and calls in the guest a little; compiled code is kept apart by it."""
    max_wasm_stack: int
    """How many bytes of stack WebAssembly may use before it traps."""
    wasm_simd: bool
    """Whether 128-bit vectors are accepted."""
    wasm_multi_memory: bool
    """Whether a module may have several memories."""
    wasm_exceptions: bool
    """Whether modules may throw and catch exceptions: tags, `try_table` and `exnref`."""
    wasm_memory64: bool
    """Whether memories and tables may have 64-bit indices."""
    wasm_component_model: bool
    """Whether components are accepted."""
    wasm_component_model_map: bool
    """Whether components may use the type `map`."""
    wasm_component_model_implements: bool
    """Whether imports and exports of components may have the annotations `implements` and `external-id`."""
    wasm_component_model_fixed_length_lists: bool
    """Whether components may use lists of fixed length."""
    wasm_component_model_memory64: bool
    """Whether canonical options may name a 64-bit memory, and an `i64` may represent a resource."""
    wasm_component_model_values: bool
    """Whether components may import and export values and have a start function."""

    def __init__(
        self,
        *,
        cache: bool | str | PathLike[str] | None = None,
        cache_limit: int = 1 << 30,
        interruptible: bool = True,
        max_wasm_stack: int = 512 * 1024,
        wasm_simd: bool = True,
        wasm_multi_memory: bool = True,
        wasm_exceptions: bool = True,
        wasm_memory64: bool = True,
        wasm_component_model: bool = True,
        wasm_component_model_map: bool = True,
        wasm_component_model_implements: bool = True,
        wasm_component_model_fixed_length_lists: bool = True,
        wasm_component_model_memory64: bool = True,
        wasm_component_model_values: bool = False,
    ) -> None:
        """Without `cache`, the environment variable DOVETAIL_CACHE decides: a directory, or `0` or nothing for none."""
        self.cache = _cache_from_environment() if cache is None else cache
        self.cache_limit = cache_limit
        self.interruptible = interruptible
        self.max_wasm_stack = max_wasm_stack
        self.wasm_simd = wasm_simd
        self.wasm_multi_memory = wasm_multi_memory
        self.wasm_exceptions = wasm_exceptions
        self.wasm_memory64 = wasm_memory64
        self.wasm_component_model = wasm_component_model
        self.wasm_component_model_map = wasm_component_model_map
        self.wasm_component_model_implements = wasm_component_model_implements
        self.wasm_component_model_fixed_length_lists = wasm_component_model_fixed_length_lists
        self.wasm_component_model_memory64 = wasm_component_model_memory64
        self.wasm_component_model_values = wasm_component_model_values

    def _values(self) -> dict[str, object]:
        """The settings by name, as the constructor takes them."""
        return {name: getattr(self, name) for name in self.__slots__}

    def cache_directory(self) -> str | None:
        """The directory that `cache` means, or `None` where nothing is kept."""
        if self.cache is False:
            return None
        if self.cache is True:
            return default_cache_directory()
        # Nobody makes Python programs keep to the types.
        if not isinstance(self.cache, (str, os.PathLike)):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"`cache`: expected a directory, True or False, got {type(self.cache).__qualname__}")
        return os.fspath(self.cache)


def _cache_from_environment() -> bool | str:
    setting = os.environ.get("DOVETAIL_CACHE")
    if setting is None or setting == "1":
        return True
    return setting if setting not in ("", "0") else False


def default_cache_directory() -> str | None:
    """The platform's directory for caches with `dovetail` below it, or `None` where there is no home directory."""
    if sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME", "")
        if not os.path.isabs(base):  # The XDG specification: relative paths are to be ignored.
            base = os.path.expanduser("~/.cache")
    return os.path.join(base, "dovetail") if os.path.isabs(base) else None
