"""What was accepted once is not told again, and nothing else is kept quiet."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.running import FINE, LOST, Project
from spooky_asyncio.cli.formats import FORMATS

SHOP = """\
import asyncio


async def brew(cups):
    return cups


class Shop:
    async def dawn(self):
        brew(2)
        brew(2)
        asyncio.create_task(brew(3))

    async def noon(self):
        brew(2)
"""
"""Four findings."""


def accepted(project: Project, *arguments: object) -> Path:
    file = project.root / "baseline.json"
    ran = project.check("--write-baseline", file, *arguments)
    assert ran.status == 0, ran
    return file


def new(project: Project, *arguments: object) -> list[tuple[str, int]]:
    """The files and lines with new findings."""
    ran = project.json("--baseline", "baseline.json", *arguments)
    assert ran.status == bool(ran.findings)
    return [(Path(found["filename"]).name, found["location"]["row"]) for found in ran.findings]


def entries(project: Project) -> list[dict[str, str]]:
    written = json.loads((project.root / "baseline.json").read_text("utf-8"))
    assert written["version"] == 1
    return written["accepted"]


def edit(project: Project, name: str, old: str, new: str) -> None:
    path = project.root / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new).encode())


Step = Callable[[Project], object]
SAME: dict[str, Step] = {
    "nothing": lambda project: None,
    "lines move": lambda project: edit(project, "shop.py", "import asyncio\n", "# One.\n\nimport asyncio\n\n# Two.\n"),
    "functions change places": lambda project: (
        edit(
            project,
            "shop.py",
            "    async def dawn",
            "    async def noon(self):\n        brew(2)\n\n    async def dawn",
        )
        or edit(project, "shop.py", "(brew(3))\n\n    async def noon(self):\n        brew(2)\n", "(brew(3))\n")
    ),
    "indented": lambda project: edit(project, "shop.py", "        asyncio.", "        if 1:\n            asyncio."),
    "tabs and line ends": lambda project: (
        edit(project, "shop.py", "    ", "\t") or edit(project, "shop.py", "\n", "\r\n")
    ),
    "wrapped by a formatter": lambda project: edit(
        project,
        "shop.py",
        "create_task(brew(3))",
        "create_task(\n            brew(\n                3,\n            ),\n        )",
    ),
    "a comment beside it": lambda project: edit(project, "shop.py", "brew(2)\n", "brew(2)  # why?\n"),
    "its value gets a name": lambda project: edit(project, "shop.py", "        asyncio", "        task = asyncio"),
    "the file is renamed": lambda project: (project.root / "shop.py").rename(project.root / "store.py"),
    "the folder is renamed": lambda project: (project.root / "old").rename(project.root / "new"),
    "renamed, and lines move": lambda project: (
        edit(project, "shop.py", "class", "\n\nclass") or (project.root / "shop.py").rename(project.root / "store.py")
    ),
    "the file is split": lambda project: (
        project.write("one.py", SHOP.partition("    async def noon")[0])
        and project.write(
            "two.py",
            SHOP.replace("    async def dawn", "    async def evening").replace(
                "brew(2)\n        brew(2)\n        asyncio.create_task(brew(3))", "pass"
            ),
        )
        and (project.root / "shop.py").unlink()
    ),
    "the function is renamed": lambda project: edit(project, "shop.py", "def dawn", "def evening"),
    "the class is renamed": lambda project: edit(project, "shop.py", "class Shop", "class Store"),
}


@pytest.mark.parametrize("what", SAME)
def test_it_survives(project: Project, what: str) -> None:
    project.write("shop.py", SHOP)
    project.write("old/pot.py", LOST)
    accepted(project)
    SAME[what](project)
    assert new(project) == []


NEW: dict[str, tuple[Step, int]] = {
    "other code": (lambda project: edit(project, "shop.py", "brew(3)", "brew(4)"), 1),
    "one more of the same": (
        lambda project: edit(project, "shop.py", "    asyncio.", "    brew(2)\n        asyncio."),
        1,
    ),
    "the same in another function": (
        lambda project: edit(
            project,
            "shop.py",
            "    async def noon",
            "    async def night(self):\n        brew(2)\n\n    async def noon",
        ),
        1,
    ),
    "mended here, and made again there": (
        lambda project: (
            edit(project, "shop.py", "def noon(self):\n        brew(2)", "def noon(self):\n        await brew(2)")
            or edit(project, "shop.py", "    asyncio.", "    if self:\n            print(brew(2))\n        asyncio.")
        ),
        1,
    ),
    "the same in another file": (lambda project: project.write("store.py", SHOP), 4),
    "another rule at the same place": (
        lambda project: edit(project, "shop.py", "asyncio.create_task(brew(3))", "asyncio.gather(brew(3))"),
        1,
    ),
}


@pytest.mark.parametrize("what", NEW)
def test_what_is_new_is_told(project: Project, what: str) -> None:
    project.write("shop.py", SHOP)
    accepted(project)
    change, expected = NEW[what]
    change(project)
    assert len(new(project)) == expected


def test_the_file_can_be_read_and_merged(project: Project) -> None:
    project.write("shop.py", SHOP)
    project.write("pots/日.py", "async def brew(tea): ...\n\n\nprint(brew('日'))\n")
    file = accepted(project)
    text = file.read_text("utf-8")
    assert (
        text
        == """\
{
  "version": 1,
  "accepted": [
    {"path": "pots/日.py", "function": "", "rule": "coroutine-never-awaited", "code": "brew('日')"},
    {"path": "shop.py", "function": "Shop.dawn", "rule": "coroutine-never-awaited", "code": "brew(2)"},
    {"path": "shop.py", "function": "Shop.dawn", "rule": "coroutine-never-awaited", "code": "brew(2)"},
    {"path": "shop.py", "function": "Shop.dawn", "rule": "task-never-awaited", "code": "asyncio.create_task(brew(3))"},
    {"path": "shop.py", "function": "Shop.noon", "rule": "coroutine-never-awaited", "code": "brew(2)"}
  ]
}
"""
    )
    accepted(project)
    assert file.read_text("utf-8") == text
    # As after a merge of two branches, whatever their order.
    lines = text.splitlines()
    shuffled = [*lines[:3], f"{lines[7]},", *lines[3:6], lines[6].rstrip(","), *lines[8:]]
    file.write_text("\n".join(shuffled), "utf-8")
    assert new(project) == []


def test_what_is_mended_is_said_and_taken_out(project: Project) -> None:
    project.write("shop.py", SHOP)
    project.write("pot.py", LOST)
    file = accepted(project)
    project.write("pot.py", FINE)
    edit(project, "shop.py", "    brew(2)\n        brew(2)", "    await brew(2)\n        brew(2)")
    ran = project.check("--baseline", file)
    assert (ran.status, ran.out) == (0, "No problems in 2 files, besides 3 in the baseline.\n")
    assert ran.err == f"2 entries are mended of {file}: `spooky check --write-baseline` takes them out\n"
    ran = project.check("--write-baseline", file)
    assert (ran.status, ran.err) == (0, "baseline.json accepts 3 problems now\n")
    assert {entry["path"] for entry in entries(project)} == {"shop.py"}
    assert len(entries(project)) == 3
    assert project.check("--baseline", file).err == ""
    project.write("pot.py", LOST)
    assert new(project) == [("pot.py", 6)], "made again, it is new"


def test_files_that_are_gone_are_taken_out(project: Project) -> None:
    project.write("shop.py", SHOP)
    project.write("pot.py", LOST)
    file = accepted(project)
    (project.root / "pot.py").unlink()
    assert "1 entry is mended" in project.check("--baseline", file).err
    accepted(project)
    assert len(entries(project)) == 4


@pytest.mark.parametrize(
    ("arguments", "settings", "content"),
    [
        pytest.param(["pot.py"], "", FINE, id="other files"),
        pytest.param(["--select", "task-never-awaited"], "", FINE, id="other rules"),
        pytest.param(["--ignore", "coroutine-never-awaited"], "", FINE, id="rules that are ignored"),
        pytest.param([], "[tool.spooky.severity]\ncoroutine-never-awaited = 'off'\n", FINE, id="rules that are off"),
        pytest.param([], "", b"\xff", id="files that can't be read"),
        pytest.param([], "", "x = (\n" + FINE, id="broken files"),
    ],
)
def test_what_was_not_looked_at_stays(
    project: Project, arguments: list[str], settings: str, content: str | bytes
) -> None:
    project.write("pot.py", "")
    project.write("can.py", LOST)
    file = accepted(project)
    before = file.read_bytes()
    project.write("pyproject.toml", settings)
    project.write("can.py", content)
    assert "mended" not in project.check("--baseline", file, *arguments).err
    project.check("--write-baseline", file, *arguments)
    assert file.read_bytes() == before


def test_a_part_of_the_files_adds_to_it(project: Project) -> None:
    project.write("a/pot.py", LOST)
    project.write("b/pot.py", LOST)
    accepted(project, "a")
    assert [entry["path"] for entry in entries(project)] == ["a/pot.py"]
    accepted(project, "b")
    assert [entry["path"] for entry in entries(project)] == ["a/pot.py", "b/pot.py"]


def test_a_renamed_file_elsewhere_is_no_mended_one(project: Project) -> None:
    project.write("a/pot.py", LOST)
    project.write("b/other.py", LOST.replace("2", "3"))
    file = accepted(project)
    (project.root / "a").rename(project.root / "c")
    ran = project.check("--baseline", file, "c")
    assert (ran.status, ran.err) == (0, "")
    accepted(project, "b")
    assert new(project) == []


@pytest.mark.parametrize("output_format", FORMATS)
def test_no_format_has_what_is_accepted(project: Project, output_format: str) -> None:
    project.write("pot.py", FINE)
    clean = project.check("--output-format", output_format, "--output-file", "clean")
    project.write("pot.py", LOST)
    accepted(project)
    ran = project.check("--baseline", "baseline.json", "--output-format", output_format, "--output-file", "report")
    assert (clean.status, ran.status) == (0, 0)
    report = (project.root / "report").read_text().replace(", besides 1 in the baseline", "")
    assert report == (project.root / "clean").read_text()


def test_the_setting(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write("app/pyproject.toml", "[tool.spooky]\nbaseline = 'accepted.json'\n")
    project.write("app/pot.py", LOST)
    project.write("other/pot.py", LOST)
    missing = project.check()
    assert (missing.status, missing.out) == (2, "")
    assert f"there is no baseline {project.root / 'app' / 'accepted.json'}" in missing.err
    assert project.check("app", "--write-baseline", "app/accepted.json").status == 0
    assert [found["filename"] for found in project.json().findings] == [str(project.root / "other/pot.py")]
    monkeypatch.chdir(project.root / "app")
    assert project.check().status == 0
    assert project.spooky("fix", "--diff").status == 1, "which is about all of them"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no baseline "),
        ("", "is no baseline, or a broken one: Expecting value: line 1 column 1"),
        ("{}", "is no baseline, or a broken one: there is no 'version'"),
        ("[]", "is no baseline, or a broken one: "),
        ('{"version": 2, "accepted": []}', "version 2 is not known here"),
        ('{"version": 1, "accepted": [{"path": "a.py"}]}', "there is no 'function'"),
        ('{"version": 1, "accepted": [{"path": 1, "function": 1, "rule": 1, "code": 1}]}', "is made of texts"),
        ('{\n<<<<<<< ours\n"version": 1', "a broken one: the marks of a merge are in it; keep the entries of both"),
        (b"\xff\xfe", "is no baseline, or a broken one: "),
    ],
)
def test_a_broken_one_is_no_empty_one(project: Project, content: str | bytes | None, said: str) -> None:
    project.write("pot.py", FINE)
    if content is not None:
        project.write("baseline.json", content)
    ran = project.check("--baseline", "baseline.json")
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert said in ran.err
    assert str(project.root / "baseline.json") in ran.err
    if content is not None:
        assert project.check("--write-baseline", "baseline.json").status == 2
        after = (project.root / "baseline.json").read_bytes()
        assert after == (content if isinstance(content, bytes) else content.encode())


def test_one_that_cannot_be_written(project: Project) -> None:
    project.write("pot.py", LOST)
    ran = project.check("--write-baseline", "no/where.json")
    assert (ran.status, ran.err.count("cannot write no/where.json: ")) == (2, 1)


def test_what_could_not_be_checked_is_no_reason_to_accept_nothing(project: Project) -> None:
    project.write("pot.py", LOST)
    project.write("no.py", b"\xff")
    assert project.check("--write-baseline", "baseline.json").status == 2
    assert len(entries(project)) == 1
    assert project.check("--baseline", "baseline.json").status == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--write-baseline", "a", "--baseline", "b"], "goes without --baseline and --diff"),
        (["--write-baseline", "a", "--diff", "HEAD"], "goes without --baseline and --diff"),
        (["--write-baseline", "a", "-"], "not about standard input"),
    ],
)
def test_what_does_not_go_together(project: Project, arguments: list[str], said: str) -> None:
    ran = project.check(*arguments, stdin=FINE)
    assert ran.status == 2
    assert said in " ".join(ran.err.split())


def test_code_from_standard_input(project: Project) -> None:
    project.write("pot.py", LOST)
    accepted(project)
    more = "# moved\n" + LOST + "    brew(3)\n"
    ran = project.json("-", "--stdin-filename", "pot.py", "--baseline", "baseline.json", stdin=more)
    assert [found["location"]["row"] for found in ran.findings] == [8]
    assert ran.err == ""
