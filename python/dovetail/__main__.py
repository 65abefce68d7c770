"""The command `python -m dovetail`, also installed as `dovetail`: run, inspect, bindgen, cache."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from . import Config, DovetailError, ExitTrap, Store, Trap, WasiConfig
from ._command import fail, read_wasm
from ._completion import SHELLS, PrintCompletion
from ._engine import _clear_cache, _measure_cache, run_command
from .bindgen import __main__ as bindgen

_TRAPPED = 134
"""The exit status after a trap: what a shell reports of an aborted process."""


def make_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = argparse.ArgumentParser("dovetail", description="Run and inspect WebAssembly components.")
    parser.add_argument(
        "--completion",
        action=PrintCompletion,
        choices=list(SHELLS),
        metavar="SHELL",
        help="print the script that completes this command in bash, zsh or fish",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run a command component")
    run.add_argument("program", help="the component, as .wasm or .wat")
    run.add_argument("--dir", action="append", default=[], metavar="HOST::GUEST", help="grant a directory")
    run.add_argument("--env", action="append", default=[], metavar="NAME=VALUE", help="set a variable")
    run.add_argument("arguments", nargs="*", help="the program's arguments, after `--`")
    inspect = commands.add_parser("inspect", help="print a component's world, core modules and link steps")
    inspect.add_argument("component", help="the component, as .wasm or .wat")
    bindgen.add_arguments(commands.add_parser("bindgen", help="generate a typed Python package"))
    cache = commands.add_parser("cache", help="show where compiled code is kept and how much, or remove it")
    cache.add_argument("--clear", action="store_true", help="remove all of it")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Parses the command line and runs the command; returns the exit status."""
    parser = make_parser()
    given = list(sys.argv[1:] if argv is None else argv)
    # What comes after `--` is the program's own, options included.
    split = given.index("--") if "--" in given else len(given)
    arguments = parser.parse_args(given[:split])
    if arguments.command == "run":
        arguments.arguments += given[split + 1 :]
    elif split < len(given):
        parser.error("only `run` takes arguments after `--`")
    if arguments.command == "run":
        return _run(arguments)
    if arguments.command == "cache":
        return _cache(arguments)
    return _inspect(arguments) if arguments.command == "inspect" else bindgen.run(arguments)


def _run(arguments: argparse.Namespace) -> int:
    try:
        wasi = _wasi(arguments)
        program = read_wasm(arguments.program)
        sys.stdout.flush()
        with Store(wasi=wasi) as store:
            return 0 if run_command(store, program) else 1
    except ExitTrap as exit:
        return exit.code
    except Trap as trap:
        fail(trap, arguments.program)
        return _TRAPPED
    except (DovetailError, OSError, ValueError) as error:
        return fail(error, arguments.program)


def _wasi(arguments: argparse.Namespace) -> WasiConfig:
    wasi = WasiConfig()
    wasi.argv = [arguments.program, *arguments.arguments]
    wasi.inherit_stdin()
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    variables: list[tuple[str, str]] = []
    for pair in arguments.env:
        name, equals, value = pair.partition("=")
        if not name or not equals:
            raise ValueError(f"`--env {pair}`: expected NAME=VALUE")
        variables.append((name, value))
    wasi.env = variables
    for pair in arguments.dir:
        host, separator, guest = pair.partition("::")
        if not host or (separator and not guest):
            raise ValueError(f"`--dir {pair}`: expected HOST::GUEST")
        if not os.path.isdir(host):
            raise ValueError(f"`--dir {pair}`: `{host}` is no directory; expected HOST::GUEST")
        wasi.preopen_dir(host, guest or host)
    return wasi


def _inspect(arguments: argparse.Namespace) -> int:
    from .bindgen import inspect

    try:
        found = inspect(read_wasm(arguments.component))
    except (DovetailError, OSError, ValueError) as error:
        return fail(error, arguments.component)
    lines = [found.wit.rstrip(), "", "core modules:"]
    lines += [f"  {number}: {name or '(no name)'}, {size} bytes" for number, (name, size) in enumerate(found.modules)]
    lines += ["", "link steps:"]
    lines += [f"  {number}: {step}" for number, step in enumerate(found.steps)]
    try:
        print("\n".join(lines), flush=True)
    except BrokenPipeError:
        # The reader, `head` say, has seen enough. Python flushes once more at its end, which must not fail either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _cache(arguments: argparse.Namespace) -> int:
    config = Config()
    directory = config.cache_directory()
    if directory is None:
        print("the cache is turned off")
        return 0
    try:
        entries, size = (_clear_cache if arguments.clear else _measure_cache)(directory)
    except OSError as error:
        return fail(error, directory)
    done = "removed " if arguments.clear else ""
    limit = "" if arguments.clear else f", of at most about {_mebibytes(config.cache_limit)}"
    print(f"{directory}: {done}{entries} {'entry' if entries == 1 else 'entries'}, {_mebibytes(size)}{limit}")
    return 0


def _mebibytes(size: int) -> str:
    return f"{size / (1 << 20):.1f} MiB"


if __name__ == "__main__":
    sys.exit(main())
