"""Generates typed Python packages from components and WIT: the generator is itself a component and runs on this engine."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from .. import CompileError, Err, Store
from .._files import checked_name, write_tree
from .._held import check_choice
from ._sources import of_mapping, read_wit

if TYPE_CHECKING:
    from .._values import Buffer
    from ._generated import Bindgen
    from ._generated.exports.generator import Inspection

Wit: TypeAlias = "str | PathLike[str] | Mapping[str, str | bytes]"
"""WIT as `generate` takes it: a path, or contents by path."""

Mode: TypeAlias = Literal["sync", "async", "both"]
"""Which faces of its world a package has."""

NumberLists: TypeAlias = Literal["list", "buffer"]
"""What a list of numbers becomes that a component gives."""

Results: TypeAlias = Literal["raise", "values"]
"""What becomes of the `result` that a function returns."""

Choice = TypeVar("Choice")

PLAN = re.compile(rb'\{"contract":"[^"]*","fingerprint":"')
"""How a package's plan begins."""
BOUND = re.compile(rb"\(\s*self,\s*__name__,\s*store,\s*imports\b")
"""What is in the world's class of a package of any version, also after a formatter."""

__all__ = ["Package", "check", "generate", "inspect", "write"]


class Package:
    """A generated package: its name and its files, by path relative to the package's folder."""

    __slots__ = ("files", "name")

    name: str
    files: dict[str, bytes]

    def __init__(self, name: str, files: Mapping[str, bytes]) -> None:
        self.name = name
        self.files = dict(files)

    def __repr__(self) -> str:
        return f"<Package {self.name}: {len(self.files)} files>"


def generate(
    component: Buffer | None = None,
    *,
    wit: Wit | None = None,
    name: str | None = None,
    world: str | None = None,
    results: Results = "raise",
    mode: Mode = "sync",
    number_lists: NumberLists = "list",
    full_names: bool = False,
    import_names: Mapping[str, str] | None = None,
    features: Iterable[str] = (),
) -> Package:
    """Generates the package for a component, or the types and Protocols of WIT alone.

    `wit` is a file, a folder with what it uses below `deps/`, or the contents of such a folder by path; beside a component
    it supplies the documentation that the binary does not keep. `name` is the package's name, by default derived from the
    world's; `world` chooses one where there are several. With `results="values"` a function that returns a `result`
    returns `Ok` or `Err` instead of raising. `mode` says which faces of the world there are: `App`, whose calls return when they
    are done, `AppAsync`, whose calls are awaited, or both. With `number_lists="buffer"` the lists of numbers that the component
    gives are `dovetail.NumberBuffer`, ready for numpy. With `full_names` the module of each interface is named by namespace, package
    and version too; `import_names` has the names that the modules of imported interfaces get, by WIT name. `features` are
    those whose `@unstable` items the WIT is to have.

    Raises CompileError where there is nothing that can be generated.
    """
    from ._generated.exports import generator

    results_choices = {"raise": generator.Results.RAISE, "values": generator.Results.VALUES}
    modes = {"sync": generator.Mode.SYNC, "async": generator.Mode.ASYNC, "both": generator.Mode.BOTH}
    lists = {"list": generator.NumberLists.LIST, "buffer": generator.NumberLists.BUFFER}
    options = generator.Options(
        name=name,
        world=world,
        results=_chosen("results", results, results_choices),
        mode=_chosen("mode", mode, modes),
        number_lists=_chosen("number_lists", number_lists, lists),
        full_names=full_names,
        import_names=list((import_names or {}).items()),
        features=list(features),
    )
    sources = None
    if wit is not None:
        read = of_mapping(wit) if isinstance(wit, Mapping) else read_wit(wit)
        files = [generator.Source(path=path, contents=contents) for path, contents in read.files.items()]
        sources = generator.Sources(folder=read.folder, files=files)
    with Store() as store:
        try:
            made = _generator(store).generator.generate(component, sources, options)
        except Err as error:
            raise CompileError(error.value) from None
    return Package(made.name, {file.path: file.contents for file in made.files})


def _chosen(option: str, choice: str, choices: Mapping[str, Choice]) -> Choice:
    check_choice(option, choice, tuple(choices))
    return choices[choice]


def inspect(component: Buffer) -> Inspection:
    """Describes a component: its world as WIT, its core modules and its link steps."""
    with Store() as store:
        try:
            return _generator(store).generator.inspect(component)
        except Err as error:
            raise CompileError(error.value) from None


def write(package: Package, directory: str | PathLike[str]) -> None:
    """Writes a package's files into `directory`, and removes what an earlier generation left there and this one lacks: the folders
    `imports` and `exports` are the generator's own.

    Files are staged first: when something fails, the directory is as it was. Raises FileExistsError where a file would be replaced
    or removed that is no generated one.
    """
    path = Path(directory)
    _refuse_foreign(package, path)
    write_tree(path, package.files, frozenset(_stale(package, path)))


def check(package: Package, directory: str | PathLike[str]) -> str:
    """What differs between a package and the files in `directory`, as text; empty when nothing does."""
    path = Path(directory)
    parts = [_difference(name, _read(path / checked_name(name)), new) for name, new in sorted(package.files.items())]
    parts += [f"{name}: would be removed\n" for name in sorted(_stale(package, path))]
    return "".join(parts)


def _generator(store: Store) -> Bindgen:
    from ._generated import Bindgen

    return Bindgen(store)


def _stale(package: Package, directory: Path) -> list[str]:
    """What an earlier generation left."""
    return sorted(_places(directory) - package.files.keys()) if _is_generated(directory) else []


def _places(directory: Path) -> set[str]:
    """The files in the places that are the generator's own: the modules of interfaces, and what belongs to plans."""
    found = [*directory.glob("imports/*.py"), *directory.glob("exports/*.py")]
    for plan in filter(_is_plan, directory.glob("*.plan.json")):
        core = re.compile(re.escape(plan.name.removesuffix(".plan.json")) + r"\.core\d+\.wasm")
        found += [plan, *(path for path in directory.glob("*.wasm") if core.fullmatch(path.name))]
    return {path.relative_to(directory).as_posix() for path in found}


def _refuse_foreign(package: Package, directory: Path) -> None:
    """Refuses a directory with somebody's own in these places."""
    names = [checked_name(name) for name in package.files]
    taken = {folder.as_posix() for name in names for folder in name.parents[:-1] if (directory / folder).is_file()}
    if not _is_generated(directory):
        taken |= {name.as_posix() for name in names if (directory / name).exists()} | _places(directory)
    if taken:
        raise FileExistsError(f"`{directory}` holds `{min(taken)}`, which is not part of a generated package")


def _is_generated(directory: Path) -> bool:
    """Whether a directory holds a generated package: one with a plan, or one of WIT alone, which has none."""
    if not directory.is_dir():
        return False
    init = _read(directory / "__init__.py")
    return init is not None and (BOUND.search(init) is not None or any(map(_is_plan, directory.glob("*.plan.json"))))


def _is_plan(path: Path) -> bool:
    """Whether a file is the plan of a generated package."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return PLAN.match(file.read(64)) is not None


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _difference(name: str, old: bytes | None, new: bytes) -> str:
    if old == new:
        return ""
    if old is None:
        return f"{name}: would be created\n"
    if not name.endswith((".py", ".typed")):
        return f"{name}: {len(old)} bytes would become {len(new)} other bytes\n"
    before, after = (text.decode("utf-8", "replace").splitlines(keepends=True) for text in (old, new))
    return "".join(difflib.unified_diff(before, after, f"a/{name}", f"b/{name}"))
