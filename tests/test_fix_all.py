"""Fixing all of a file: what is compatible goes together, and what does not help is left out."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cases import run
from spooky_asyncio.engine import Fixed, Report, fix_all
from spooky_asyncio.fixes.by_rule import FIXERS
from spooky_asyncio.fixes.site import Site
from spooky_asyncio.model import Applicability, Diagnostic, Edit, Fix, FixKind, Position, Range
from spooky_asyncio.rules import RULES
from spooky_asyncio.source import Source
from spooky_asyncio.workspace.project import Project

START = Range(Position(0, 0), Position(0, 0))


def everything(diagnostic: Diagnostic, fix: Fix) -> bool:
    return True


def fixed(text: str, folder: Path, wanted=everything) -> Fixed:
    project = Project.at(folder)
    return fix_all(project.check(Source.from_text(text, folder / "program.py")), project.check, wanted)


MAKERS = """\
import asyncio


async def brew():
    pass


async def make():
    return brew()


async def main():
    {}


asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("make()", "await (await make())"),
        ("brew(); make(); brew(); make()", "await brew(); await (await make()); await brew(); await (await make())"),
    ],
)
def test_what_a_fix_uncovers_is_fixed_too(before: str, after: str, tmp_path: Path) -> None:
    done = fixed(MAKERS.format(before), tmp_path)
    assert done.text == MAKERS.format(after)
    assert not done.report.findings
    program = tmp_path / "program.py"
    program.write_text(done.text, "utf-8")
    assert not run(program).complaints


def test_what_overlaps_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def whole_line(site: Site) -> Iterator[Fix]:
        start, line = site.source.start(site.node), site.source.line(site.node.lineno - 1)
        whole = Range(Position(start.line, 0), Position(start.line, len(line)))
        edit = Edit(whole, f"{line[: start.column]}await {line[start.column :]}")
        yield Fix("Await it", (edit,), Applicability.SAFE)

    monkeypatch.setitem(FIXERS, RULES[0].name, (whole_line,))
    done = fixed(MAKERS.format("print(brew(), brew(), brew())"), tmp_path)
    assert done.text == MAKERS.format("print(await brew(), await brew(), await brew())")
    assert len(done.fixes) == 3


SPOILED = """\
async def brew(kind):
    pass


async def {name}():
    pass


async def main():
    brew(1)
    {name}()
    brew(2)
    brew(3)
    brew(4)
"""


def _spoiling(edits: Iterable[Edit] = (), **changes: object) -> object:
    """A fixer that awaits; for a call of `bad`, one whose fix has these edits instead, or raises."""

    def fixer(site: Site) -> Iterator[Fix]:
        assert isinstance(site.node, ast.Call)
        if site.source.segment(site.node) == "bad()":
            if not edits:
                raise ZeroDivisionError
            yield replace(Fix("Spoil it", tuple(edits), Applicability.SAFE), **changes)
        else:
            start = site.source.start(site.node)
            yield Fix("Await it", (Edit(Range(start, start), "await "),), Applicability.SAFE)

    return fixer


@pytest.mark.parametrize(
    "fixer",
    [
        pytest.param(_spoiling(), id="raises"),
        pytest.param(_spoiling([Edit(START, "(\n")]), id="breaks the syntax"),
        pytest.param(_spoiling([Edit(START, "\0")]), id="leaves no Python at all"),
        pytest.param(_spoiling([Edit(START, "return\n")]), id="does not compile"),
        pytest.param(_spoiling([Edit(START, "await main()\n")]), id="awaits outside of async code"),
        pytest.param(_spoiling([Edit(START, "# nothing\n")]), id="does nothing"),
        pytest.param(_spoiling([Edit(START, "async def f():\n    main()\n\n\n")]), id="adds a finding"),
        pytest.param(_spoiling([Edit(START, "brew(0)\n")]), id="adds a finding that there is"),
        pytest.param(_spoiling([Edit(START, "# \n", Path("other.py"))]), id="reaches into another file"),
        pytest.param(_spoiling([Edit(START, "# \n")], kind=FixKind.REWRITE), id="wants a look"),
    ],
)
def test_one_bad_fix_spoils_no_other(fixer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FIXERS, RULES[0].name, (fixer,))
    text = SPOILED.format(name="bad")

    done = fixed(text, tmp_path)

    assert done.text == text.replace("    brew(", "    await brew(")
    assert len(done.fixes) == 4
    assert len(done.report.findings) == 1


def test_a_failure_is_not_taken_for_a_success(tmp_path: Path) -> None:
    """Where a rule fails there are no findings either."""
    project, text = Project.at(tmp_path), SPOILED.format(name="good")

    def failing(source: Source) -> Report:
        return Report(source, failures=("on purpose",))

    done = fix_all(project.check(Source.from_text(text, tmp_path / "program.py")), failing, everything)
    assert (done.text, done.fixes) == (text, ())


TEAS = """\
async def tea():
    pass


async def mud():
    pass


async def rum():
    pass


async def main():
    tea(1)
    rum(2)
"""


def _rename(new: dict[str, str]) -> object:
    """A fixer that calls another function in place of one, and awaits what is not to be renamed."""

    def fixer(site: Site) -> Iterator[Fix]:
        assert isinstance(site.node, ast.Call)
        called = site.source.range(site.node.func)
        name = site.source.slice(called)
        yield Fix("Rename it", (Edit(called, new.get(name, f"await {name}")),), Applicability.SAFE)

    return fixer


@pytest.mark.parametrize(
    ("new", "after"),
    [
        pytest.param({"tea": "mud", "mud": "rum"}, ("await rum(1)", "await rum(2)"), id="uncovers twice"),
        pytest.param({"tea": "mud", "mud": "tea"}, ("tea(1)", "await rum(2)"), id="undo one another"),
        pytest.param({"tea": "tea"}, ("tea(1)", "await rum(2)"), id="no change"),
    ],
)
def test_how_far_a_fix_is_followed(
    new: dict[str, str], after: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FIXERS, RULES[0].name, (_rename(new),))
    expected = TEAS.replace("tea(1)", after[0]).replace("rum(2)", after[1])
    assert fixed(TEAS, tmp_path).text == expected


def test_what_only_uncovers_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the fix of what is uncovered is not wanted, the first one helps nobody."""
    monkeypatch.setitem(FIXERS, RULES[0].name, (_rename({"tea": "mud"}),))
    done = fixed(TEAS, tmp_path, lambda diagnostic, _: "'mud'" not in diagnostic.message)
    assert done.text == TEAS.replace("rum(2)", "await rum(2)")
    assert len(done.fixes) == 1
