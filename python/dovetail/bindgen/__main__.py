"""The command `python -m dovetail.bindgen`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from .. import DovetailError
from .._command import fail, read_wasm
from .._engine import _Waiting


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments to a parser, which may be one of several commands."""
    parser.add_argument("component", help="the component, as .wasm or .wat")
    parser.add_argument("--out-dir", required=True, help="the package's folder, which is made if need be")
    parser.add_argument("--name", help="the package's name; by default that of the folder")
    parser.add_argument("--world", help="the world to generate, where there are several")
    parser.add_argument("--check", action="store_true", help="write nothing; fail with a diff where files differ")


def run(arguments: argparse.Namespace) -> int:
    """Generates as the arguments say; returns the exit status."""
    from . import check, generate, write

    directory = Path(arguments.out_dir)
    try:
        component = read_wasm(arguments.component)
        name = arguments.name or directory.absolute().name
        with _Waiting(f"generating `{name}`"):
            package = generate(component, name=name, world=arguments.world)
        if arguments.check:
            difference = check(package, directory)
            sys.stdout.write(difference)
            return fail(f"`{directory}` is not what the generator writes") if difference else 0
        write(package, directory)
    except (DovetailError, OSError, ValueError) as error:
        return fail(error, arguments.component)
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Parses the command line and runs."""
    parser = argparse.ArgumentParser(
        "python -m dovetail.bindgen", description="Generate a typed Python package from a component."
    )
    add_arguments(parser)
    return run(parser.parse_args(argv))


if __name__ == "__main__":
    sys.exit(main())
