"""`spooky fix`: what is fixed, what is left alone, what is said, and the patch."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.running import FINE, LOST, Project, on_terminal
from spooky_asyncio.engine import Report
from spooky_asyncio.model import Applicability, Edit, Fix, FixKind, Position, Range
from spooky_asyncio.rules import RULES
from spooky_asyncio.workspace.writing import Change

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX permissions, links and terminals")

TASK = """\
import asyncio


async def brew(cups):
    return cups


async def noon():
    asyncio.create_task(brew(2))
"""
"""One finding, in line 9, whose fix is unsafe."""

BROKEN = LOST + "\n\nasync def night(:\n    pass\n"


def contents(project: Project) -> dict[str, bytes]:
    files = (path for path in project.root.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(project.root).as_posix(): path.read_bytes() for path in files}


def latin(text: str) -> bytes:
    return f"# coding: latin-1\nname = 'é'\n{text}".encode("latin-1")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(LOST.encode(), FINE.encode(), id="plain"),
        pytest.param(LOST.rstrip().encode(), FINE.rstrip().encode(), id="no newline at the end"),
        pytest.param(LOST.replace("\n", "\r\n").encode(), FINE.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(LOST.replace("\n", "\r").encode(), FINE.replace("\n", "\r").encode(), id="CR alone"),
        pytest.param(b"\xef\xbb\xbf" + LOST.encode(), b"\xef\xbb\xbf" + FINE.encode(), id="byte-order mark"),
        pytest.param(latin(LOST), latin(FINE), id="latin-1"),
        pytest.param(f"x = '🎉\f'\n{LOST}".encode(), f"x = '🎉\f'\n{FINE}".encode(), id="UTF-8"),
    ],
)
@pytest.mark.parametrize("by", ["fix", "git apply", "patch -p0"])
def test_bytes_survive(project: Project, before: bytes, after: bytes, by: str) -> None:
    path = project.write("pots and pans/pot.py", before)
    if by == "fix":
        ran = project.spooky("fix")
        assert (ran.status, ran.err) == (0, "")
    else:
        tool, *arguments = by.split()
        if shutil.which(tool) is None:
            pytest.skip(f"needs {tool}")
        patch, err = project.process("fix", "--diff").communicate(timeout=60)
        assert err == b"Would fix 1 problem in 1 of 1 file.\n"
        assert path.read_bytes() == before
        subprocess.run([tool, *arguments], input=patch, cwd=project.root, check=True, capture_output=True)
    assert path.read_bytes() == after
    assert set(contents(project)) == {"pyproject.toml", "pots and pans/pot.py"}
    assert project.spooky("fix", "--diff").status == 0
    before = contents(project)
    assert project.spooky("fix").out == "No problems in 1 file.\n"
    assert contents(project) == before


@pytest.mark.skipif(os.name == "nt", reason="no such file names there")
@pytest.mark.parametrize("name", ["tab\there.py", 'quo"te.py', "back\\slash.py", "é 日.py", "-- minus.py", " blank.py"])
@pytest.mark.parametrize("tool", [["git", "apply"], ["patch", "-p0"]])
def test_patches_of_any_name(project: Project, name: str, tool: list[str]) -> None:
    if shutil.which(tool[0]) is None:
        pytest.skip(f"needs {tool[0]}")
    path = project.write(name)
    patch, _ = project.process("fix", "--diff").communicate(timeout=60)
    subprocess.run(tool, input=patch, cwd=project.root, check=True, capture_output=True)
    assert path.read_text() == FINE


def test_a_patch(project: Project) -> None:
    project.write("a.py", "brew = 1\n" * 9 + TASK)
    project.write("b.py")
    ran = project.spooky("fix", "--diff", "--color", "never")
    assert ran.status == 1
    assert ran.out == (
        "--- ./b.py\n+++ ./b.py\n@@ -3,4 +3,4 @@\n \n \n async def morning():\n-    brew(2)\n+    await brew(2)\n"
    )
    assert ran.err == "Would fix 1 problem in 1 of 2 files. 1 problem would remain; --unsafe would fix 1.\n"


@posix
def test_a_patch_on_a_terminal_is_colored_and_harmless(project: Project) -> None:
    project.write("a.py", LOST.replace("brew(2)", "brew('\x1b]0;owned\x07')"))
    _, shown, err = on_terminal(project, "fix", "--diff", stream="stdout")
    assert b"\x1b[32m+    await brew('\\x1b]0;owned\\x07')\x1b[0m" in shown
    assert err == b"Would fix 1 problem in 1 of 1 file.\n"
    assert b"\x1b[" in project.process("fix", "--diff", "--color", "always").communicate(timeout=60)[0]


def test_a_patch_in_a_pipe_stays_a_patch(project: Project) -> None:
    project.write("a.py")
    assert "\x1b" not in project.run("fix", "--diff", env={"FORCE_COLOR": "1"}).out


def test_what_is_said(project: Project) -> None:
    project.write("a.py", LOST + "    brew(3)\n")
    project.write("b.py", TASK)
    project.write("c.py", FINE)
    ran = project.spooky("fix")
    assert (ran.status, ran.err) == (1, "")
    assert project.check().out.splitlines()[0] == ran.out.splitlines()[2]
    assert ran.out.startswith("a.py: fixed 2 problems\n\nb.py:9:5: warning the task of ")
    assert ran.out.endswith("\n\nFixed 2 problems in 1 of 3 files. 1 problem remains; --unsafe would fix 1.\n")


@pytest.mark.parametrize(
    ("files", "arguments", "status", "summary"),
    [
        ([FINE], [], 0, "No problems in 1 file."),
        ([LOST, FINE], [], 0, "Fixed 1 problem in 1 of 2 files."),
        ([TASK], [], 1, "Fixed nothing in 1 file. 1 problem remains; --unsafe would fix 1."),
        ([TASK, LOST], ["--unsafe"], 0, "Fixed 2 problems in 2 of 2 files."),
        ([TASK, LOST], ["--select", "task-never-awaited"], 1, "Fixed nothing in 2 files. 1 problem remains; --unsafe"),
        ([TASK, LOST], ["--select", "task-never-awaited", "--unsafe"], 0, "Fixed 1 problem in 1 of 2 files."),
        ([TASK, LOST], ["--select", RULES[0].name, "--select", RULES[1].name], 1, "Fixed 1 problem in 1 of 2 files. 1"),
        ([LOST], ["--select", "task-exception-never-retrieved"], 0, "No problems in 1 file."),
        ([BROKEN], [], 2, "Fixed nothing in 1 file, 1 of them only in part. 1 problem remains."),
        (
            [BROKEN, LOST],
            ["--unsafe"],
            2,
            "Fixed 1 problem in 1 of 2 files, 1 of them only in part. 1 problem remains.",
        ),
        ([BROKEN], ["--select", "task-never-awaited"], 2, "No problems in 1 file, 1 of them only in part."),
        ([b"\xff", LOST], [], 2, "Fixed 1 problem in 1 of 1 file; 1 could not be checked."),
        ([b"\xff"], [], 2, "Nothing could be checked."),
    ],
)
def test_statuses(project: Project, files: list[str | bytes], arguments: list[str], status: int, summary: str) -> None:
    for number, content in enumerate(files):
        project.write(f"a{number}.py", content)
    ran = project.spooky("fix", *arguments)
    assert ran.status == status, ran
    assert ran.out.splitlines()[-1].startswith(summary)
    assert bool(ran.err) == (status == 2)
    after = contents(project)
    again = project.spooky("fix", *arguments)
    assert again.status == status
    assert contents(project) == after


@pytest.mark.parametrize(
    ("content", "arguments", "status"),
    [(FINE, [], 0), (LOST, [], 1), (TASK, [], 0), (TASK, ["--unsafe"], 1), (BROKEN, [], 2), (b"\xff", [], 2)],
)
def test_statuses_of_a_diff(project: Project, content: str | bytes, arguments: list[str], status: int) -> None:
    project.write("a.py", content)
    before = contents(project)
    ran = project.spooky("fix", "--diff", *arguments)
    assert ran.status == status
    assert bool(ran.out) == (status == 1)
    assert contents(project) == before


def test_an_empty_folder(project: Project) -> None:
    for arguments in ([], ["--diff"]):
        ran = project.spooky("fix", *arguments)
        assert (ran.status, ran.out) == (0, "")
        assert ran.err == "no Python files found in .\n"


def test_an_unknown_rule(project: Project) -> None:
    path = project.write("a.py")
    ran = project.spooky("fix", "--select", "task-never-awaited", "--select", "task-never-awaitd")
    assert ran.status == 2
    assert "there is no rule 'task-never-awaitd'. Did you mean 'task-never-awaited'?" in ran.err
    assert all(rule.name in ran.err for rule in RULES)
    assert path.read_text() == LOST


def test_a_syntax_error_is_said(project: Project) -> None:
    path = project.write("a.py", BROKEN)
    ran = project.spooky("fix")
    assert ran.err.startswith("a.py:9: syntax error: ")
    assert ran.err.endswith("; the rest of the file was checked, and nothing in it changed\n")
    assert path.read_text() == BROKEN


def test_suppressed_and_excluded_problems_stay(project: Project) -> None:
    project.write("pyproject.toml", "[tool.spooky]\nexclude = ['b.py']\n")
    project.write("a.py", LOST.replace("brew(2)", "brew(2)  # spooky: ignore"))
    project.write("b.py")
    before = contents(project)
    assert project.spooky("fix").out == "No problems in 1 file.\n"
    assert contents(project) == before


@pytest.mark.parametrize("reach", [{"kind": FixKind.REWRITE}, {"path": "b.py"}])
def test_what_wants_a_look_is_left_to_an_editor(
    project: Project, monkeypatch: pytest.MonkeyPatch, reach: dict[str, object]
) -> None:
    other = project.write("b.py", FINE) if "path" in reach else None
    project.write("a.py")
    edit = Edit(Range(Position(0, 0), Position(0, 1)), "x", other)
    fix = Fix("Rewrite it", (edit,), Applicability.SAFE, reach.get("kind", FixKind.QUICK_FIX), True)
    monkeypatch.setattr(Report, "build_fixes", lambda *_: iter([fix]))
    before = contents(project)
    for arguments in ([], ["--unsafe"]):
        ran = project.spooky("fix", *arguments)
        assert ran.status == 1
        assert ran.out.endswith(" 1 problem remains; an editor can fix 1, in all the places that have to change.\n")
    assert contents(project) == before
    (finding,) = project.json().findings
    (shown,) = finding["fixes"]
    assert shown["kind"] == fix.kind.value
    assert [Path(edit["filename"]).name for edit in shown["edits"]] == ["b.py" if other else "a.py"]


def test_a_fix_that_does_not_help_is_left_out(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write("a.py")
    edit = Edit(Range(Position(0, 0), Position(0, 0)), "# better\n")
    fix = Fix("Praise it", (edit,), Applicability.SAFE, preferred=True)
    monkeypatch.setattr(Report, "build_fixes", lambda *_: iter([fix]))
    before = contents(project)
    ran = project.spooky("fix")
    assert ran.status == 1
    assert ran.out.endswith(" 1 problem remains; the fix of 1 would leave a problem behind.\n")
    assert contents(project) == before


def test_a_file_that_changes_meanwhile_is_left_alone(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = project.write("a.py"), project.write("b.py")
    fixes = Report.build_fixes

    def type_on(report: Report, *arguments: object) -> Iterator[Fix]:
        if report.source.path == a and a.read_text() == LOST:
            a.write_text("# mine\n" + LOST)
        return fixes(report, *arguments)

    monkeypatch.setattr(Report, "build_fixes", type_on)
    ran = project.spooky("fix")
    assert ran.status == 2
    assert ran.err == "a.py: left as it was: it has changed since it was read\n"
    assert ran.out.endswith("Fixed 1 problem in 1 of 2 files. 1 problem remains.\n")
    assert (a.read_text(), b.read_text()) == ("# mine\n" + LOST, FINE)


def test_an_internal_error_harms_no_other_file(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = project.write("a.py"), project.write("b.py")
    of = Change.of
    monkeypatch.setattr(Change, "of", lambda path, old, new: of(path, old, new) if path == b else 1 / 0)
    ran = project.spooky("fix")
    assert ran.status == 2
    assert ran.err == "a.py: internal error: ZeroDivisionError: division by zero\n"
    assert (a.read_text(), b.read_text()) == (LOST, FINE)


@posix
def test_read_only_files_and_folders(project: Project) -> None:
    project.write("a.py").chmod(0o444)
    closed = project.write("closed/b.py")
    project.write("c.py")
    closed.parent.chmod(0o555)
    try:
        is_root = os.access(closed.parent, os.W_OK)
        ran = project.spooky("fix")
    finally:
        closed.parent.chmod(0o755)
    assert ran.status == 2
    assert "a.py: left as it was: it is read-only\n" in ran.err
    assert is_root or "b.py: left as it was: it cannot be written: Permission denied\n" in ran.err
    assert (project.root / "a.py").read_text() == LOST
    assert (project.root / "c.py").read_text() == FINE
    assert is_root or closed.read_text() == LOST
    assert not list(project.root.rglob("*.tmp"))


@posix
def test_interrupted(project: Project) -> None:
    """Each file is whole, as it was or fixed, and nothing is left beside them."""
    # So many that all of them take some seconds: a busy machine is late to look at the first.
    files = [f"a{number:03}.py" for number in range(1_000)]
    for file in files:
        project.write(file, LOST * 10)
    process = project.process("fix")
    last = project.root / files[-1]
    deadline = time.monotonic() + 60
    while (project.root / "a000.py").read_text() == LOST * 10 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert err.startswith(b"interrupted; fixed before: ")
    assert last.read_text() == LOST * 10, "it was too fast for this test"
    found = contents(project)
    assert len(found) == len(files) + 1
    assert set(found.values()) - {found["pyproject.toml"]} == {(LOST * 10).encode(), (FINE * 10).encode()}
