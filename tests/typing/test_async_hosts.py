"""An asynchronous host and its callers against a package with both faces: both type checkers accept them, and catch each
way of breaking them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import checkers
import pytest

HOST = Path(__file__).with_name("async_host.py")

# How a host or a caller can be wrong: what is replaced in the program, and by what.
BROKEN: checkers.Mistakes = {
    "a_call_is_not_awaited": ("return await table.keys()", "return table.keys()"),
    "a_call_is_forgotten": (
        "previous = await table.put(entry(key))\n            assert previous is None",
        "table.put(entry(key))",
    ),
    "a_value_is_awaited": ("await task", "await (await task)"),
    "the_imports_are_the_other_faces": (
        "await KvAsync(store, KvAsyncImports(host_log=log))\n        filled",
        "await KvAsync(store, KvImports(host_log=log))\n        filled",
    ),
    "an_asynchronous_host_serves_the_synchronous_face": ("return PlainLog(), [", "return HostLog(), ["),
    "a_resource_is_the_other_faces": ("first: exported.TableAsync =", "first: exported.Table ="),
    "a_table_is_left_without_async": ("async with await app.store.Table(name)", "with await app.store.Table(name)"),
    "an_async_method_returns_text": (
        "        return len(data)\n\n    @staticmethod\n    async",
        "        return str(len(data))\n\n    @staticmethod\n    async",
    ),
    "an_async_method_says_that_it_returns_text": (
        "async def write(self, data: bytes) -> int",
        "async def write(self, data: bytes) -> str",
    ),
    "an_async_method_takes_text": (
        "async def write(self, data: bytes) -> int",
        "async def write(self, data: str) -> int",
    ),
    "an_async_function_takes_a_number": (
        'async def log(self, level: types.Level, msg: str) -> None:\n        await self.lines.put(f"[{level.name.lower()}] {msg}")',
        'async def log(self, level: int, msg: str) -> None:\n        await self.lines.put(f"[{level}] {msg}")',
    ),
    "the_future_is_of_text": (
        'async def log(self, level: types.Level, msg: str) -> None:\n        await self.lines.put(f"[{level.name.lower()}] {msg}")',
        "def log(self, level: types.Level, msg: str) -> asyncio.Future[str]:\n        return asyncio.get_running_loop().create_future()",
    ),
    "the_constructor_is_asynchronous": (
        "    Sink = Sink\n",
        "    async def Sink(self, name: str) -> host_log.SinkAsync:\n        return PlainSink(name)\n",
    ),
    "the_resource_is_missing": ("    Sink = Sink\n", ""),
    "flush_is_no_static_method": (
        '    @staticmethod\n    async def flush() -> None:\n        raise Err("nothing',
        '    async def flush(self) -> None:\n        raise Err("nothing',
    ),
    "an_import_is_missing": ("KvAsyncImports(host_log=log))\n        filled", "KvAsyncImports())\n        filled"),
    "an_export_is_misspelt": ("app.summarize([", "app.summarise(["),
    "the_wrong_argument": ('app.store.open("nope", types.Perms.READ)', 'app.store.open("nope", 1)'),
    "a_table_is_named_by_a_number": ('app.store.Table("first")', "app.store.Table(1)"),
    "merge_lacks_a_table": ("Table.merge(first, second)", "Table.merge(first)"),
}


@pytest.fixture(scope="module")
def project(guest: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package, the program and every broken one."""
    from dovetail import bindgen

    folder = tmp_path_factory.mktemp("asynchronous")
    bindgen.write(bindgen.generate(guest("kv").read_bytes(), name="kv", mode="both"), folder / "kv")
    checkers.write_programs(folder, HOST, BROKEN)
    return folder


def test_the_program_and_the_package_are_accepted(errors: dict[str, list[str]]) -> None:
    assert checkers.unexpected(errors, BROKEN) == {}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_program_is_caught(name: str, errors: dict[str, list[str]]) -> None:
    assert errors.get(f"{name}.py"), "no checker noticed"


def test_the_program_runs(project: Path, python: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = python("host.py", cwd=project, path=project)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "[['a', 'b'], ['a', 'b']]",
        "0 table first+second of 0 rows after 0 puts",
        "2 C 0.0",
        "StockError_Short(value=3)",
        "5 [info] put a: 1 bytes",
        "['a', 'b']",
        "(1, 'd', 0.0)",
    ]


def test_the_package_is_formatted(project: Path) -> None:
    command = [sys.executable, "-m", "ruff", "format", "--check", "--isolated", project / "kv"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
