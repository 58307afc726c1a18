"""`spooky suppress`: comments for what is there, and the program as it was."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from cli.running import FINE, LOST, Project
from formatter import formatted

ROOT = Path(__file__).parents[2]
HEAD = """\
import asyncio


async def brew(cups, *more):
    return cups


async def dawn(tasks, x):
"""
COROUTINE, TASK = "# spooky: ignore[coroutine-never-awaited]", "# spooky: ignore[task-never-awaited]"
LONG = "tea_for_all_guests_of_the_house_and_its_garden"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("    brew(2)\n", f"    brew(2)  {COROUTINE}\n", id="one"),
        pytest.param("    brew(2); brew(3)\n", f"    brew(2); brew(3)  {COROUTINE}\n", id="two on a line"),
        pytest.param(
            "    [asyncio.create_task(brew(1)), brew(3)]\n",
            f"    {COROUTINE}\n    [asyncio.create_task(brew(1)), brew(3)]  {TASK}\n",
            id="two rules on a line",
        ),
        pytest.param(
            "    brew(3)  # noqa: B018  why\n", f"    brew(3)  # noqa: B018  why  {COROUTINE}\n", id="another comment"
        ),
        pytest.param(
            "    brew(2)  # spooky: ignore[task-never-awaited] later\n",
            "    brew(2)  # spooky: ignore[task-never-awaited, coroutine-never-awaited] later\n",
            id="another rule is ignored",
        ),
        pytest.param(f"    brew(2, {LONG!r})\n", f"    {COROUTINE}\n    brew(2, {LONG!r})\n", id="a long line"),
        pytest.param(
            f"    brew(2, {LONG!r})  # tea\n", f"    {COROUTINE}\n    brew(2, {LONG!r})  # tea\n", id="a long comment"
        ),
        pytest.param(
            f"    if x:\n        x = [\n            brew(2, {LONG!r}),\n        ]\n",
            f"    if x:\n        {COROUTINE}\n        x = [\n            brew(2, {LONG!r}),\n        ]\n",
            id="a long line within a statement",
        ),
        pytest.param(
            "    brew(\n        2,\n    )\n",
            f"    brew(  {COROUTINE}\n        2,\n    )\n",
            id="a call of several lines",
        ),
        pytest.param(
            "    x = brew(1) + \\\n        2\n", f"    {COROUTINE}\n    x = brew(1) + \\\n        2\n", id="\\"
        ),
        pytest.param(
            "    x = f'''\n{brew(1)}\n'''\n", f"    {COROUTINE}\n    x = f'''\n{{brew(1)}}\n'''\n", id="in a string"
        ),
        pytest.param(
            "    if brew(1):\n        pass\n    elif brew(2):\n        brew(3)\n",
            f"    if brew(1):  {COROUTINE}\n        pass\n    elif brew(2):  {COROUTINE}\n"
            f"        brew(3)  {COROUTINE}\n",
            id="conditions",
        ),
        pytest.param(
            "    for x in tasks: brew(1)\n", f"    for x in tasks: brew(1)  {COROUTINE}\n", id="a body on the line"
        ),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_what_is_written(project: Project, before: str, after: str, line_end: str) -> None:
    path = project.write("pot.py", (HEAD + before).replace("\n", line_end).encode())
    ran = project.spooky("suppress")
    assert (ran.status, ran.err) == (0, ""), ran
    assert path.read_bytes() == (HEAD + after).replace("\n", line_end).encode()
    assert project.check("--ignore", "unused-suppression").out == "No problems in 1 file.\n"
    assert project.spooky("suppress").out == "No problems in 1 file.\n"
    assert path.read_bytes() == (HEAD + after).replace("\n", line_end).encode()


@pytest.mark.once
def test_programs_stay_what_they_are(project: Project, tmp_path: Path) -> None:
    """Some of the labelled suite, and a formatter would not move the comments."""
    files = sorted((ROOT / "tests" / "suite").rglob("*.py"))[::8]
    texts = tidy([file.read_text("utf-8") for file in files], tmp_path)
    paths = [project.write(file.name, text) for file, text in zip(files, texts, strict=True)]
    assert len(project.json().findings) > 50
    assert project.spooky("suppress").status == 0
    written = [path.read_text("utf-8") for path in paths]
    for before, after in zip(texts, written, strict=True):
        assert ast.dump(ast.parse(after)) == ast.dump(ast.parse(before))
        assert without_ours(after) == without_ours(before)
    for path, text in zip(paths, tidy(written, tmp_path), strict=True):
        path.write_text(text, "utf-8")
    assert project.json("--ignore", "unused-suppression").findings == [], "a formatter has moved one"


def tidy(texts: list[str], folder: Path) -> list[str]:
    (folder / "tidy").mkdir(exist_ok=True)
    return formatted(texts, folder / "tidy")


def without_ours(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if not line.strip().startswith("# spooky:")]
    return [line.partition("  # spooky: ignore[")[0] for line in lines]


def test_a_patch(project: Project) -> None:
    path = project.write("pot.py", LOST)
    ran = project.spooky("suppress", "--diff")
    assert ran.status == 1
    assert ran.out.splitlines()[-2:] == ["-    brew(2)", f"+    brew(2)  {COROUTINE}"]
    assert ran.err == "Would ignore 1 problem in 1 of 1 file.\n"
    assert path.read_text() == LOST


def test_what_is_said(project: Project) -> None:
    project.write("pot.py", HEAD + "    brew(2)\n    asyncio.create_task(brew(3))\n")
    project.write("fine.py", FINE)
    ran = project.spooky("suppress", "--select", "task-never-awaited")
    assert (ran.status, ran.out) == (0, "pot.py: ignored 1 problem\n\nIgnored 1 problem in 1 of 2 files.\n")
    assert TASK in (project.root / "pot.py").read_text()
    assert project.json().findings[0]["code"] == "coroutine-never-awaited"


@pytest.mark.parametrize(
    ("content", "arguments", "status", "said"),
    [
        (LOST + "x = (\n", [], 2, "and nothing in it changed"),
        (b"\xff", [], 2, "not UTF-8 text"),
        (FINE.rstrip() + "  # spooky: ignore\n", [], 0, ""),
        (LOST, ["--select", "unused-suppression"], 2, "`spooky fix` removes them"),
        (LOST, ["--select", "task-never-awaitd"], 2, "Did you mean 'task-never-awaited'?"),
    ],
)
def test_what_is_left_alone(
    project: Project, content: str | bytes, arguments: list[str], status: int, said: str
) -> None:
    path = project.write("pot.py", content)
    before = path.read_bytes()
    ran = project.spooky("suppress", *arguments)
    assert ran.status == status
    assert said in " ".join(ran.err.split())
    assert path.read_bytes() == before


def test_a_comment_that_is_of_no_use_any_more_is_removed_by_fix(project: Project) -> None:
    path = project.write("pot.py", LOST)
    project.spooky("suppress")
    path.write_text(path.read_text().replace("    brew", "    await brew"))
    assert [found["code"] for found in project.json().findings] == ["unused-suppression"]
    assert project.spooky("fix").status == 0
    assert path.read_text() == FINE


@pytest.mark.parametrize("command", [["fix"], ["suppress"], ["check"]])
def test_what_the_settings_exclude_stays_out_if_asked(project: Project, command: list[str]) -> None:
    project.write("pyproject.toml", "[tool.spooky]\nexclude = ['gen/']\n")
    path = project.write("gen/pot.py", LOST)
    ran = project.spooky(*command, "--force-exclude", "gen/pot.py")
    assert (ran.status, ran.out) == (0, "")
    assert path.read_text() == LOST
    assert project.check("gen/pot.py").status == 1
