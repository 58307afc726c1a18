"""What was found before a server started: it changes nothing but how long the first answer takes."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types

from lsp.editor import Editor, capabilities, patched
from spooky_asyncio.lsp.analyst import Analyst
from spooky_asyncio.lsp.requests import Check, Keep, Refresh, Verdict
from spooky_asyncio.lsp.snapshots import Snapshot

SHELF = "kept = []\n\ndef keep(value):\n    kept.append(value)\n"
DROPS = "def keep(value):\n    print('gone')\n"
CALLER = "from shelf import keep\n\nasync def brew(): ...\n\nasync def main():\n    keep(brew())\n    brew()\n"
TICK = 0.02
"""Seconds after which the date of a file is an older one for sure."""
ALL = types.Range(types.Position(0, 0), types.Position(99, 0))

COUNTS = """
import ast, parso
from spooky_asyncio.inference.with_jedi import JediInference
from spooky_asyncio.lsp.analyst import Analyst

counted = dict.fromkeys(("questions", "trees of ast", "trees of parso"), 0)

def count(owner, name, what):
    original = getattr(owner, name)
    def counting(*args, **kwargs):
        counted[what] += 1
        return original(*args, **kwargs)
    setattr(owner, name, counting)

count(JediInference, "_ask", "questions")
count(ast, "parse", "trees of ast")
count(parso.Grammar, "parse", "trees of parso")
answer = Analyst.answer

def telling(self, request, texts, is_wanted):
    answered = answer(self, request, texts, is_wanted)
    if type(request).__name__ == "Check":
        print(f"{{answered.is_recalled}} {{sum(counted.values())}}", file=open({log!r}, "a"), flush=True)
    return answered

Analyst.answer = telling
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "tea"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("[tool.spooky]\n", "utf-8")
    (folder / "shelf.py").write_text(SHELF, "utf-8")
    (folder / "caller.py").write_text(CALLER, "utf-8")
    time.sleep(TICK)
    return folder


@pytest_asyncio.fixture
async def other() -> AsyncIterator[Editor]:
    """That comes after `editor`."""
    editor = Editor()
    yield editor
    if editor.client._server is not None:
        await editor.stop()


def kept(cache: Path) -> int:
    """How many results there are."""
    file = cache / "results.sqlite3"
    if not file.exists():
        return 0
    try:
        with closing(sqlite3.connect(file)) as connection:
            return int(connection.execute("SELECT count(*) FROM results").fetchone()[0])
    except sqlite3.DatabaseError:
        # Broken, or not yet made.
        return 0


async def leave(editor: Editor, project: Path, cache: Path) -> None:
    """Have a file opened by a server that leaves what it has found."""
    file = project / "caller.py"
    await editor.start(folders=[project])
    editor.open(file.as_uri(), CALLER)
    await editor.diagnostics(file.as_uri())
    await editor.until(lambda: kept(cache) > 0, "what is kept")


@pytest.mark.asyncio
async def test_the_first_answer_of_a_warm_start_needs_no_question_and_no_tree(
    editor: Editor, other: Editor, project: Path, cache: Path, tmp_path: Path
) -> None:
    await leave(editor, project, cache)
    log, uri = tmp_path / "log", (project / "caller.py").as_uri()
    await other.start(folders=[project], command=patched(COUNTS.format(log=str(log))))
    other.open(uri, CALLER)
    assert await other.diagnostics(uri) == await editor.diagnostics(uri)
    await other.until(lambda: log.exists() and log.read_text().count("\n") > 1, "the analysis after it")
    first, second = log.read_text().splitlines()[:2]
    assert first == "True 0"
    # What edits are to start from, of which the client hears nothing new.
    assert second.startswith("False ")
    assert second != "False 0"
    assert len(other.published[uri]) == 1


@pytest.mark.once
@pytest.mark.asyncio
async def test_fixes_and_edits_of_what_is_recalled(editor: Editor, other: Editor, project: Path, cache: Path) -> None:
    await leave(editor, project, cache)
    uri = (project / "caller.py").as_uri()
    await other.start(folders=[project])
    other.open(uri, CALLER)
    assert await other.hover(uri, 6, 5) is not None
    assert "Await 'brew()'" in [action.title for action in await other.actions(uri, ALL, ["quickfix"])]
    other.edit(uri, 2, ((6, 4), (6, 4), "await "))
    assert await other.lines(uri, 2) == []


@pytest.mark.once
@pytest.mark.asyncio
async def test_pulled(editor: Editor, other: Editor, project: Path, cache: Path) -> None:
    await leave(editor, project, cache)
    uri = (project / "caller.py").as_uri()
    await other.start(capabilities(pulls=True, refreshes=True), folders=[project])
    other.open(uri, CALLER)
    report = await other.pull(uri)
    assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
    assert [found.range.start.line for found in report.items] == [6]


@pytest.mark.once
@pytest.mark.asyncio
async def test_what_the_command_line_has_found_serves_too(editor: Editor, project: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "spooky_asyncio", "check", "--exit-zero", str(project)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: ASYNC221 - nobody else is waiting
    log, uri = tmp_path / "log", (project / "caller.py").as_uri()
    await editor.start(folders=[project], command=patched(COUNTS.format(log=str(log))))
    editor.open(uri, CALLER)
    assert await editor.lines(uri) == [6]
    assert log.read_text().splitlines()[0] == "True 0"


@pytest.mark.once
@pytest.mark.asyncio
async def test_a_broken_cache_is_thrown_away(editor: Editor, other: Editor, project: Path, cache: Path) -> None:
    (cache / "results.sqlite3").write_bytes(b"SQLite format 3\0" + b"tea" * 1000)
    await leave(editor, project, cache)
    with closing(sqlite3.connect(cache / "results.sqlite3")) as connection, connection:
        connection.execute("UPDATE results SET result = '{'")
    uri = (project / "caller.py").as_uri()
    await other.start(folders=[project])
    other.open(uri, CALLER)
    assert await other.lines(uri) == [6]


class Run:
    """A process that analyzes, within this one."""

    def __init__(self, project: Path) -> None:
        self.analyst = Analyst()
        self._project = project

    def check(self, text: str | None = None, name: str = "caller.py") -> Verdict:
        file = self._project / name
        text = file.read_text("utf-8") if text is None else text
        document = Snapshot(file.as_uri(), 1, text, file)
        verdict = self.analyst.answer(Check(document, may_be_saved=True), {file: text})
        assert isinstance(verdict, Verdict)
        return verdict

    def keep(self) -> None:
        self.analyst.answer(Keep(), {})


def recalled(project: Path, text: str | None = None) -> list[int] | None:
    """The lines of what a new process knows at once, None if it has to analyze."""
    verdict = Run(project).check(text)
    return [found.range.start.line for found in verdict.diagnostics] if verdict.is_recalled else None


def test_recalled_is_what_still_holds(project: Path) -> None:
    run = Run(project)
    assert not run.check().is_recalled
    run.keep()
    assert recalled(project) == [6]
    # Another text than the file's,
    assert recalled(project, CALLER + "\n") is None
    # another file that it imports,
    (project / "shelf.py").write_text(DROPS, "utf-8")
    assert recalled(project) is None
    (project / "shelf.py").write_text(SHELF, "utf-8")
    assert recalled(project) == [6]
    # other settings.
    (project / "pyproject.toml").write_text('[tool.spooky]\nseverity.coroutine-never-awaited = "off"\n', "utf-8")
    assert recalled(project) is None


def test_another_document_that_was_edited_counts(project: Path) -> None:
    run = Run(project)
    run.check()
    run.keep()
    other = Run(project)
    other.check(DROPS, "shelf.py")
    verdict = other.check()
    assert not verdict.is_recalled
    assert [found.range.start.line for found in verdict.diagnostics] == [5, 6]
    other.keep()
    assert recalled(project) == [6]


def test_excluded_files_have_nothing_to_recall(project: Path) -> None:
    run = Run(project)
    run.check()
    run.keep()
    (project / "pyproject.toml").write_text('[tool.spooky]\nexclude = ["caller.py"]\n', "utf-8")
    assert Run(project).check() == Run(project).check()
    assert recalled(project) is None


def test_nothing_is_kept_of_what_has_changed_since_it_was_read(project: Path, cache: Path) -> None:
    for change in ("content", "name"):
        run = Run(project)
        run.check()
        if change == "content":
            (project / "shelf.py").write_text(DROPS, "utf-8")
        else:
            (project / "shelf.pyi").write_text("def keep(value): ...\n", "utf-8")
        run.keep()
        assert kept(cache) == 0
        # As soon as it is known of, the next check leaves what it has found.
        time.sleep(TICK)
        run.analyst.answer(Refresh(), {})
        run.keep()
        assert kept(cache) == 0
    found = run.check()
    run.keep()
    assert kept(cache) == 1
    assert recalled(project) == [one.range.start.line for one in found.diagnostics]


def test_a_file_with_the_date_of_an_older_one_is_another_one(project: Path, cache: Path) -> None:
    run, shelf = Run(project), project / "shelf.py"
    run.check()
    before = shelf.stat()
    shelf.write_text(DROPS.ljust(len(SHELF)), "utf-8")
    os.utime(shelf, ns=(before.st_atime_ns, before.st_mtime_ns))
    run.keep()
    assert kept(cache) == 0


def test_what_was_edited_is_kept_once_it_is_saved(project: Path) -> None:
    run, file = Run(project), project / "caller.py"
    run.check()
    text = CALLER.replace("    brew()", "    await brew()")
    run.check(text)
    run.keep()
    time.sleep(TICK)
    file.write_text(text, "utf-8")
    run.analyst.answer(Refresh(), {})
    assert run.check().diagnostics == ()
    run.keep()
    assert recalled(project) == []


def test_syntax_errors_and_failures_are_not_kept(project: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(project)
    (project / "caller.py").write_text(CALLER + "def\n", "utf-8")
    run.check()
    run.keep()
    (project / "caller.py").write_text(CALLER, "utf-8")
    monkeypatch.setattr("spooky_asyncio.analysis.making.Making.made_when_called", 1)
    failing = Run(project)
    assert failing.check().failures
    failing.keep()
    assert kept(cache) == 0


def test_what_spooky_check_has_left_stays(project: Path, cache: Path) -> None:
    command = [sys.executable, "-m", "spooky_asyncio", "check", "--exit-zero", str(project)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def rows() -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(cache / "results.sqlite3")) as connection:
            return connection.execute("SELECT key, result FROM results ORDER BY key").fetchall()

    before = rows()
    run = Run(project)
    assert run.check().is_recalled
    document = Snapshot("file:///x", 1, CALLER, project / "caller.py")
    run.analyst.answer(Check(document), {})
    run.keep()
    assert rows() == before


def test_a_cache_that_cannot_be_used_costs_a_line_in_the_log(
    project: Path, cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (cache / "results.sqlite3").mkdir()
    run = Run(project)
    for _ in range(2):
        assert [found.range.start.line for found in run.check().diagnostics] == [6]
        run.keep()
    # One of who wants results, one of who wants names.
    assert [line.partition(" is not used")[0] for line in caplog.messages] == [f"the cache in {cache}"] * 2
