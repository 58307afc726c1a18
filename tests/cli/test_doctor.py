"""`spooky doctor`: what a check goes by, and why a line has a finding or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.running import Project

PROGRAM = """\
import asyncio
import atexit
from functools import partial


async def brew(cups):
    return cups


def show(cup):
    print(cup)


class Till:
    async def morning(self):
        brew(1)  # > it is thrown away | finding: coroutine 'brew' was never awaited
        self.task = asyncio.create_task(brew(2))  # > it is kept in 'self.task' | no finding: somebody sees to it
        cup = brew(3)  # > it is bound to 'cup' | line 19: it is awaited | finding: coroutine 'brew' is not awaited on
        if self.task:
            await cup
        other = brew(4)  # > line 21: it is handed to 'show()', as if it were the result | finding:
        show(other)
        unknown(brew(5))  # > 'unknown()', of which is not known what it does | no finding: somebody sees to it
        brew(6)  # spooky: ignore > it is thrown away | no finding: a comment keeps the finding quiet
        tasks = [asyncio.create_task(brew(7))]  # > it is put into a container | finding: nobody reads the results
        await asyncio.wait(tasks)
        yield brew(8)  # > it is yielded to whoever iterates | no finding: somebody sees to it
        print("morning")  # > 'print()' makes no awaitable | no finding: there is nothing to await


    @property
    async def tea(self):
        return 1

    async def evening(self, loop, till):
        self.tea  # > 'self.tea' is an async property | 'Till.tea', which is defined in line 30 | finding: coroutine
        await self.tea  # > it is awaited | no finding: somebody sees to it
        kept = till.tea  # > 'till.tea' is not known to be an async property | no finding: there is nothing to await
        loop.call_soon(brew)  # > 'brew' is an async function | throws away what that makes | finding: coroutine 'brew'
        loop.call_later(1, partial(brew, 2))  # > 'partial(brew, 2)' is an async function | finding: coroutine 'brew'
        sorted([1], key=brew)  # > 'sorted()' calls it like a plain one, and takes what that makes for | finding:
        list(map(brew, [1]))  # > hands it back as an element | what holds it is thrown away | finding: coroutine
        kept.when_done(brew)  # > of which is not known that it calls it like a plain one | no finding: somebody sees


@atexit.register  # > '@atexit.register' gets an async function | it calls 'close' like a plain | finding: coroutine
async def close():
    pass


def test_brew(pytest):
    with pytest.raises(TypeError):
        brew(9, 9)  # > it is thrown away | no finding: a test means something to go wrong here


task: asyncio.Task = None  # > Nothing stands here
"""
MARKED = [
    (number, parts.strip().split(" | "))
    for number, line in enumerate(PROGRAM.splitlines(), 1)
    for _, mark, parts in [line.partition(" > ")]
    if mark
]


@pytest.fixture
def till(project: Project) -> Path:
    return project.write("till.py", PROGRAM)


@pytest.mark.parametrize(("line", "parts"), MARKED, ids=[str(line) for line, _ in MARKED])
def test_why(line: int, parts: list[str], project: Project, till: Path) -> None:
    ran = project.spooky("doctor", f"till.py:{line}")
    assert ran.status == 0
    assert ran.out.startswith(f"till.py:{line}: ")
    for part in parts:
        assert part in ran.out
    found = project.json("till.py").findings
    # It says that there is a finding where, and only where, a check has one.
    there = [one for one in found if one["location"]["row"] == line]
    assert not there or "  finding: " in ran.out
    assert "  finding: " not in ran.out or any(one["message"] in ran.out for one in found)


def test_a_rule_that_is_off(project: Project, till: Path) -> None:
    project.write("pyproject.toml", '[tool.spooky.severity]\ncoroutine-never-awaited = "off"\n')
    assert "no finding: the settings switch off coroutine-never-awaited" in project.spooky("doctor", "till.py:16").out


def test_what_a_check_goes_by(project: Project) -> None:
    project.write("pyproject.toml", '[tool.spooky]\nexclude = ["build/"]\n[project]\nrequires-python = ">=3.11"\n')
    ran = project.spooky("doctor", "--cache-dir", "kept")
    said = dict(line.split(None, 1) for line in ran.out.splitlines() if not line.startswith(" "))
    assert ran.status == 0
    assert said["project"] == str(project.root)
    assert said["settings"] == f"exclude = build/ (from {project.root / 'pyproject.toml'})"
    assert said["cache"] == "kept"
    assert said["fixes"].startswith("fit       Python 3.11")
    assert {"spooky-asyncio", "uses", "interpreter"} <= said.keys()


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("nowhere.py:3", "there is no file 'nowhere.py'"),
        ("till.py:99", f"till.py has {len(PROGRAM.splitlines())} lines, and no line 99"),
        (".:3", "is a folder, and has no lines"),
    ],
)
def test_what_is_not_there(place: str, said: str, project: Project, till: Path) -> None:
    ran = project.spooky("doctor", place)
    assert (ran.status, said in ran.err) == (2, True)


def test_what_goes_wrong_is_said(project: Project) -> None:
    project.write("pyproject.toml", "[tool.spooky]\nnonsense = 1\n")
    project.write("broken.py", "async def f():\n    pass\n\n\ndef g(:\n    f()\n")
    ran = project.spooky("doctor", "broken.py:1")
    assert ran.status == 2
    assert "nonsense" in ran.err
    assert "what is broken was not looked at" in ran.err
