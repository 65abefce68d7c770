"""The command `python -m dovetail.bindgen`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .. import DovetailError
from .._command import fail, read_wasm
from .._engine import _Waiting
from ._sources import is_wit

if TYPE_CHECKING:
    from . import Package


DESCRIPTION = """\
Generate a typed Python package from a WebAssembly component: `from app import App`.
From WIT come the types and Protocols alone."""

EXAMPLES = """\
examples:
  {prog} app.wasm --out-dir app              a package that runs the component
  {prog} app.wasm --wit wit --out-dir app    the same, with the documentation of its WIT
  {prog} wit --out-dir app                   types and Protocols of a world, with nothing to run
  {prog} app.wasm --out-dir app --check      whether the package is up to date

The exit status is 0 when the package was written or is up to date, 1 on errors and where --check found differences, and 2
when the command line is wrong."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments to a parser, which may be one of several commands."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = DESCRIPTION
    parser.epilog = EXAMPLES.replace("{prog}", parser.prog)
    parser.add_argument("input", help="a component (.wasm or .wat); or WIT: a file, or a folder with `deps/`")
    output = parser.add_argument_group("output")
    output.add_argument("--out-dir", required=True, metavar="DIR", help="the package's folder, made if need be")
    output.add_argument("--name", help="the package's name; by default that of the folder")
    output.add_argument("--check", action="store_true", help="write nothing; fail with a diff where files differ")
    source = parser.add_argument_group("input")
    source.add_argument("--wit", metavar="PATH", help="the component's WIT, for docs that the binary does not keep")
    source.add_argument("--world", help="the world to generate, where there are several")
    source.add_argument(
        "--features",
        action="append",
        default=[],
        metavar="FEATURE",
        help="take the items of WIT that are `@unstable` with this feature; may be repeated",
    )
    look = parser.add_argument_group("how the package looks")
    look.add_argument(
        "--results",
        choices=["raise", "values"],
        default="raise",
        help="whether a function that returns a `result` raises its error (the default), or returns `Ok` and `Err`",
    )
    look.add_argument(
        "--mode",
        choices=["sync", "async", "both"],
        default="sync",
        help="which faces of the world there are: `App` (the default), `AppAsync`, whose calls are awaited, or both",
    )
    look.add_argument(
        "--number-lists",
        choices=["list", "buffer"],
        default="list",
        help="what a list of numbers becomes that the component gives: a `list` (the default), or a buffer ready for numpy",
    )
    look.add_argument(
        "--full-names",
        action="store_true",
        help="name the module of each interface by namespace, package and version too",
    )
    look.add_argument(
        "--import-name",
        action="append",
        default=[],
        type=_import_name,
        metavar="OLD=NEW",
        dest="import_names",
        help="call the module of an imported interface NEW; OLD is its WIT name; may be repeated",
    )


def _import_name(text: str) -> tuple[str, str]:
    old, equals, new = text.partition("=")
    if not (old and equals and new):
        raise argparse.ArgumentTypeError(f"`{text}`: expected OLD=NEW")
    return old, new


def run(arguments: argparse.Namespace) -> int:
    """Generates as the arguments say; returns the exit status."""
    from . import check, write

    directory = Path(arguments.out_dir)
    try:
        name = arguments.name or directory.absolute().name
        with _Waiting(f"generating `{name}`"):
            package = _generate(arguments, name)
        if arguments.check:
            difference = check(package, directory)
            sys.stdout.write(difference)
            return fail(f"`{directory}` is not what the generator writes") if difference else 0
        try:
            write(package, directory)
        except OSError as error:
            return fail(error, advice="make room there, or choose another folder with `--out-dir`")
    except (DovetailError, OSError, ValueError) as error:
        return fail(error, arguments.input)
    return 0


def _generate(arguments: argparse.Namespace, name: str) -> Package:
    from . import generate

    component, wit = None, arguments.wit
    if not is_wit(arguments.input):
        component = read_wasm(arguments.input)
    elif wit is None:
        wit = arguments.input
    else:
        raise ValueError("is WIT: expected a component beside `--wit`")
    renames: dict[str, str] = {}
    for old, new in arguments.import_names:
        if renames.setdefault(old, new) != new:
            raise ValueError(f"`--import-name` renames `{old}` twice")
    return generate(
        component,
        wit=wit,
        name=name,
        world=arguments.world,
        results=arguments.results,
        mode=arguments.mode,
        number_lists=arguments.number_lists,
        full_names=arguments.full_names,
        import_names=renames,
        features=arguments.features,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Parses the command line and runs."""
    parser = argparse.ArgumentParser("python -m dovetail.bindgen")
    add_arguments(parser)
    return run(parser.parse_args(argv))


if __name__ == "__main__":
    sys.exit(main())
