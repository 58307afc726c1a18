"""Real code and an inference that suspects everything: whatever is found and mended, the text stays Python."""

from __future__ import annotations

import ast
import asyncio
import re
import warnings
from pathlib import Path

import pytest

from spooky_asyncio.analysis.callees import Callees
from spooky_asyncio.engine import analyze
from spooky_asyncio.inference import Definition, Made, Makes, Named
from spooky_asyncio.model import Position
from spooky_asyncio.settings import Settings
from spooky_asyncio.source import Source

pytestmark = pytest.mark.once

STANDARD_LIBRARY = Path(asyncio.__file__).parents[1]
FOLDERS = (
    "asyncio",
    "concurrent/futures",
    "email",
    "http",
    "importlib",
    "json",
    "logging",
    "multiprocessing",
    "unittest",
)
FILES = [file for folder in FOLDERS for file in sorted((STANDARD_LIBRARY / folder).glob("*.py"))]
MOST_FINDINGS = 40


class Suspicious:
    """Takes every call for one that makes a coroutine; or, for a task, everything called as one of `spawning`. Takes
    every attribute for the last function of its name."""

    def __init__(self, source: Source, spawning: str) -> None:
        self._source = source
        self._spawning = re.compile(spawning)
        callees = Callees(source, self)
        self._functions = {
            node.name: Named(None, callees.qualified_name(node))
            for node in callees.facts.definitions
            if isinstance(node, ast.FunctionDef)
        }

    def may_make_awaitable(self, name: str) -> bool:
        return True

    def may_read_awaitable(self, name: str) -> bool:
        return False

    def remembers(self, position: Position) -> bool:
        return False

    def qualified_names(self, position: Position) -> frozenset[str]:
        identifier = re.match(r"\w*", self._source.line(position.line)[position.column :])
        assert identifier is not None
        return frozenset({"asyncio.tasks.create_task" if self._spawning.match(identifier[0]) else "unknown"})

    def made_by_call(self, position: Position) -> Made | None:
        return Made(Makes.COROUTINE, "function", True, None)

    def made_by_reading(self, position: Position) -> Made | None:
        return None

    def made_by_calling_result(self, position: Position) -> Made | None:
        return None

    def made_by_method(self, position: Position, name: str) -> Made | None:
        return None

    def awaited_members(self, position: Position) -> frozenset[str]:
        return frozenset({"__aenter__", "__aiter__"})

    def definitions(self, position: Position) -> list[Definition]:
        return []

    def sure_definitions(self, position: Position) -> frozenset[Named]:
        identifier = re.match(r"\w*", self._source.line(position.line)[position.column :])
        assert identifier is not None
        known = self._functions.get(identifier[0])
        return frozenset({known} if known is not None else ())


@pytest.mark.parametrize("kind", ["coroutines", "tasks"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(STANDARD_LIBRARY)))
def test_every_fix_of_every_finding_compiles(file: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source.from_file(file)
    if kind == "tasks":
        # Any name may be that of a function that spawns a task, where otherwise few are asked about.
        monkeypatch.setattr("spooky_asyncio.analysis.effects.LAST_NAMES", source.text)
    report = analyze(source, Settings(), Suspicious(source, r"\w" if kind == "tasks" else r"\Z.\A"))
    assert not report.failures
    if file.name == "base_events.py":
        # Else all of this could pass by finding nothing.
        assert len(report.diagnostics) > MOST_FINDINGS
    for diagnostic in report.diagnostics[:MOST_FINDINGS]:
        fixes = report.fixes(diagnostic)
        assert sum(fix.preferred for fix in fixes) == bool(fixes)
        for fix in fixes:
            ends = [edit.range.end for edit in fix.edits]
            assert all(end < edit.range.start for end, edit in zip(ends, fix.edits[1:], strict=False)), fix.title
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compile(source.edited(fix.edits), str(file), "exec", dont_inherit=True)


class ByName:
    """Knows the functions of asyncio by their last names, and nothing else."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def may_make_awaitable(self, name: str) -> bool:
        return False

    def may_read_awaitable(self, name: str) -> bool:
        return False

    def remembers(self, position: Position) -> bool:
        return False

    def qualified_names(self, position: Position) -> frozenset[str]:
        identifier = re.match(r"\w*", self._source.line(position.line)[position.column :])
        assert identifier is not None
        return frozenset({f"asyncio.tasks.{identifier[0]}"})

    def made_by_call(self, position: Position) -> Made | None:
        return None

    def made_by_reading(self, position: Position) -> Made | None:
        return None

    def made_by_calling_result(self, position: Position) -> Made | None:
        return None

    def definitions(self, position: Position) -> list[Definition]:
        return []

    def sure_definitions(self, position: Position) -> frozenset[Named]:
        return frozenset()


TASKS = "a = asyncio.create_task(one())\n    b = asyncio.create_task(two())\n    c = [asyncio.create_task(one())]"
TARGETS = ("", "_ = ", "_, _ = ", "done, pending = ", "result = ")
ARGUMENTS = (
    "[a, b]",
    "(a, b)",
    "{a, b}",
    "[a]",
    "(a,)",
    "c",
    "fs=[a, b]",
    "fs=c",
    "[a, b],",
    "[a, b,]",
    "[a, b,],",
    "c,",
    "([a, b])",
    "((a, b))",
    "(c)",
    "t for t in c",
    "(t for t in c)",
    "[t for t in c]",
    "more := c",
    "[a, b], timeout=1",
    "[  # first\n        a,  # second\n        b  # third\n    ]  # fourth\n",
    "[\n        a,\n        b,\n    ]",
    "\n        [a, b]\n    ",
    "\n        [a, b],\n    ",
    "\n        {\n            a,\n            b,\n        },  # why\n    ",
    "\n        c  # all of them\n    ",
)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("argument", ARGUMENTS)
def test_each_way_to_write_a_wait(argument: str, target: str) -> None:
    text = f"import asyncio\n\n\nasync def main():\n    {TASKS}\n    {target}await asyncio.wait({argument})\n"
    source = Source.from_text(text)
    report = analyze(source, Settings(), ByName(source))
    found = [item for item in report.diagnostics if item.rule == "task-exception-never-retrieved"]
    assert len(found) == 1
    fixes = report.fixes(found[0])
    assert [fix.preferred for fix in fixes] == [True] + [False] * (len(fixes) - 1)
    for fix in fixes:
        fixed = Source.from_text(source.edited(fix.edits))
        assert fixed.syntax_error is None, (fix.title, fixed.text)
        assert fixed.text.count("#") == text.count("#")
        again = analyze(fixed, Settings(), ByName(fixed)).diagnostics
        assert "task-exception-never-retrieved" not in {item.rule for item in again}, (fix.title, fixed.text)
