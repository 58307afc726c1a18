"""The analysis finds in generated programs what CPython complains of, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from generated import Comparison, comparison, kept, programs
from generator_forms import PRELUDE
from lazy_loop import Runner

COUNT = 600
SEED = 20260


@pytest.fixture(scope="module")
def compared() -> Iterator[tuple[Comparison, Runner]]:
    with comparison() as both:
        yield both


def test_analysis_agrees_with_cpython(compared: tuple[Comparison, Runner]) -> None:
    comparing, runner = compared
    found = comparing.disagreements(programs(SEED, COUNT, runner))
    shrunk = [str(comparing.shrunk(disagreement)) for _, disagreement in zip(range(3), found, strict=False)]
    assert not shrunk, "\n\n".join(shrunk)


@pytest.mark.parametrize("file", kept(), ids=lambda file: file.stem)
def test_they_agree_by_now(file: Path, compared: tuple[Comparison, Runner]) -> None:
    comparing, _ = compared
    disagreement = comparing.disagreement(file.read_text("utf-8"))
    assert disagreement is None, str(disagreement)


def test_programs_are_worth_comparing(compared: tuple[Comparison, Runner]) -> None:
    """About half of them complain, of all three errors, and they are the same each time."""
    _, runner = compared
    found = list(programs(SEED, 100, runner))
    assert found == list(programs(SEED, 100, runner))
    assert 25 < sum(bool(outcome.complaints) for _, outcome in found) < 75
    assert len({rule for _, outcome in found for _, rule in outcome.complaints}) == 3


@pytest.mark.parametrize(
    ("program", "complaints"),
    [
        ("async def p():\n    work()\n", {(2, "coroutine-never-awaited")}),
        ("async def p(a):\n    v = work()\n    if a:\n        await v\n", {(2, "coroutine-never-awaited")}),
        ("async def p():\n    asyncio.create_task(rest())\n    await work()\n", {(2, "task-never-awaited")}),
        ("async def p():\n    v = asyncio.create_task(work())\n    asyncio.gather(v)\n", {(3, "task-never-awaited")}),
        ("async def p():\n    asyncio.shield(work())\n", {(2, "task-never-awaited")}),
        (
            "async def p():\n    v = create_task(fail())\n    await asyncio.wait([v])\n",
            {(3, "task-exception-never-retrieved")},
        ),
        ("async def p():\n    await asyncio.gather(work(), begin(work()))\n", set()),
        ("async def p():\n    await asyncio.shield(begin(work()))\n", set()),
        ("async def p(flags):\n    v = [begin(work()) for _ in flags]\n    keep(v)\n", set()),
    ],
)
def test_runner_sees_complaints(program: str, complaints: set[tuple[int, str]]) -> None:
    runner = Runner(PRELUDE)
    with runner.listening():
        outcome = runner.run(program)
    assert not outcome.raised
    assert outcome.complaints == complaints
