"""The asynchronous face alone: hosts that wait and hosts that do not, resources of both sides, and errors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from dovetail import Err, LinkError, Store


class Alarm:
    """An alarm of the host; ringing takes a turn of the event loop."""

    def __init__(self, at: Any) -> None:
        self.at = at

    async def ring(self) -> int:
        await asyncio.sleep(0)
        return 1


class Job:
    """Stands behind the component's resource of the same name."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def run(self, steps: list[int]) -> list[str]:
        await asyncio.sleep(0)
        if not steps:
            raise Err("nothing to do")
        return [f"{self.name}{step}" for step in steps]

    @staticmethod
    async def both(a: Job, b: Job) -> Job:
        await asyncio.sleep(0)
        return Job(a.name + b.name)


async def wait(until: Any) -> Any:
    """Takes a turn of the event loop."""
    await asyncio.sleep(0)
    return until


@pytest.fixture
def imports(case: ModuleType, part: Callable[[str], ModuleType]) -> Any:
    """What the host gives, partly as coroutines."""
    moment = part("imports.clock").Moment
    clock = SimpleNamespace(Alarm=Alarm, now=lambda: moment(seconds=1), wait=wait, set=lambda alarm: None)
    runner = SimpleNamespace(Job=Job, wait=wait, set=lambda alarm: alarm)

    async def double(number: int) -> int:
        await asyncio.sleep(0)
        return 2 * number

    return case.AsyncAloneAsyncImports(clock=clock, double=double, runner=runner)


def run(test: Callable[[Any], Coroutine[Any, Any, None]], case: ModuleType, imports: Any) -> None:
    """Runs a test on an instance."""

    async def main() -> None:
        with Store() as store:
            await test(await case.AsyncAloneAsync(store, imports))

    asyncio.run(main())


def test_there_is_no_other_face(case: ModuleType, part: Callable[[str], ModuleType]) -> None:
    assert not hasattr(case, "AsyncAlone")
    assert not hasattr(part("exports.runner"), "Job")


def test_calls_wait_for_the_host(case: ModuleType, part: Callable[[str], ModuleType], imports: Any) -> None:
    async def test(app: Any) -> None:
        assert await app.double(21) == 42
        later = part("imports.clock").Moment(seconds=7)
        assert await app.runner.wait(later) == later
        assert await asyncio.gather(*(app.double(number) for number in range(5))) == [0, 2, 4, 6, 8]
        assert await asyncio.create_task(app.double(4)) == 8

    run(test, case, imports)


def test_resources(case: ModuleType, part: Callable[[str], ModuleType], imports: Any) -> None:
    async def test(app: Any) -> None:
        async with await app.runner.Job("a") as job:
            assert isinstance(job, part("exports.runner").JobAsync)
            assert await job.run([1, 2]) == ["a1", "a2"]
            with pytest.raises(Err) as caught:
                await job.run([])
            assert caught.value.value == "nothing to do"
            assert await job is job
        both = await app.runner.Job.both(await app.runner.Job("b"), await app.runner.Job("c"))
        assert await both.run([3]) == ["bc3"]
        await both.drop()
        alarm = Alarm(None)
        assert await app.runner.set(alarm) is alarm

    run(test, case, imports)


def test_a_world_is_awaited_once_and_first(case: ModuleType, imports: Any) -> None:
    async def main() -> None:
        with Store() as store:
            world = case.AsyncAloneAsync(store, imports)
            with pytest.raises(AttributeError, match="is not instantiated before it is awaited"):
                _ = world.runner
            assert await world is world
            with pytest.raises(RuntimeError, match="`AsyncAloneAsync` was awaited before"):
                await world

    asyncio.run(main())


def test_what_is_missing_is_said_at_once(case: ModuleType, imports: Any) -> None:
    imports.runner = SimpleNamespace(Job=Job)
    with Store() as store, pytest.raises(LinkError, match="lacks method `wait`"):
        case.AsyncAloneAsync(store, imports)
