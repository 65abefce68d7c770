"""The build backend: puts the generator's package in place, then hands over to maturin.

maturin cannot build the generator's WebAssembly before the wheel that carries it. Two environment variables steer a build:
DOVETAIL_BUILD_PROFILE is the cargo profile (`release` by default; the tests use `dev`, so that nothing is compiled twice),
and CARGO_TARGET_DIR is cargo's own.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import maturin as _maturin  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]

_ROOT = Path(__file__).resolve().parents[2]
_GENERATED = _ROOT / "python" / "dovetail" / "bindgen" / "_generated"

Settings = dict[str, Any] | None

maturin: Any = _maturin

get_requires_for_build_wheel: Any = maturin.get_requires_for_build_wheel
get_requires_for_build_sdist: Any = maturin.get_requires_for_build_sdist
get_requires_for_build_editable: Any = maturin.get_requires_for_build_editable
prepare_metadata_for_build_wheel: Any = maturin.prepare_metadata_for_build_wheel
prepare_metadata_for_build_editable: Any = maturin.prepare_metadata_for_build_editable


def build_wheel(wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None) -> str:
    """Builds a wheel; returns its file name."""
    _prepare()
    name: str = maturin.build_wheel(wheel_directory, config_settings, metadata_directory)
    return name


def build_editable(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None
) -> str:
    """Builds a wheel that points to this checkout; returns its file name."""
    _prepare()
    name: str = maturin.build_editable(wheel_directory, config_settings, metadata_directory)
    return name


def build_sdist(sdist_directory: str, config_settings: Settings = None) -> str:
    """Builds a source distribution; returns its file name."""
    _prepare()
    name: str = maturin.build_sdist(sdist_directory, config_settings)
    return name


def _prepare() -> None:
    profile = os.environ.get("DOVETAIL_BUILD_PROFILE", "release")
    os.environ.setdefault("MATURIN_PEP517_ARGS", f"--profile {profile}")
    if not (_ROOT / "rust" / "xtask").is_dir():
        if not any(_GENERATED.glob("*.wasm")):
            raise RuntimeError(f"this source distribution lacks the generator's package at {_GENERATED}")
        return  # A source distribution carries the package ready-made.
    command = ["cargo", "run", "--quiet", "--profile", profile, "-p", "xtask", "--", "gen", "--out", str(_GENERATED)]
    subprocess.run(command, cwd=_ROOT, check=True)
