"""Exit statuses: 0 is said of nothing but code that was checked and is clean."""

from __future__ import annotations

import ast
import os
import re
import signal
import time
from pathlib import Path
from typing import NoReturn

import pytest

from cli.running import FINE, LOST, Project

HALF_BROKEN = LOST + "\n\nasync def noon(:\n    pass\n"
HALF_BROKEN_FINE = FINE + "\n\nasync def noon(:\n    pass\n"
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX signals and permissions")


DEEP_UNARY = "x = " + "-" * 5000 + "1"


def parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, MemoryError, RecursionError):
        return False
    return True


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        pytest.param(FINE, 0, "", id="clean"),
        pytest.param(LOST, 1, "", id="found"),
        pytest.param("", 0, "", id="empty file"),
        pytest.param("\n\n", 0, "", id="blank lines"),
        pytest.param("# only a comment", 0, "", id="comment without a line end"),
        pytest.param(b"\xef\xbb\xbf" + LOST.encode(), 1, "", id="byte-order mark"),
        pytest.param(LOST.replace("\n", "\r\n"), 1, "", id="CRLF"),
        pytest.param(LOST.replace("\n", "\r"), 1, "", id="CR alone"),
        pytest.param("# coding: latin-1\nname = 'é'\n".encode("latin-1") + LOST.encode(), 1, "", id="latin-1 cookie"),
        pytest.param(b"\n\nname = '\xe9'\n", 2, "tried.py: not UTF-8 text: byte 0xe9 at offset 10", id="not UTF-8"),
        pytest.param("# coding: klingon\n", 2, "tried.py: unusable encoding", id="unknown encoding"),
        pytest.param(
            b"\x7fELF\x02\x01\x00\x00\xff\xfe", 2, "tried.py: not UTF-8 text: byte 0xff at offset 8", id="binary"
        ),
        pytest.param("x = 1\0\n", 2, "tried.py: not valid Python", id="NUL byte"),
        pytest.param("def def def\n", 2, "tried.py: not valid Python", id="not Python at all"),
        pytest.param("#" * (4 * 1024 * 1024 + 1), 2, "tried.py: too large to check: 4.0 MiB", id="too large"),
        pytest.param("x = " + "(" * 5000 + ")" * 5000, 2, "tried.py: not valid Python", id="too deeply nested"),
        # Python 3.10 and 3.13 parse it, and there is nothing in it to ask inference about.
        pytest.param(
            DEEP_UNARY,
            *((0, "") if parses(DEEP_UNARY) else (2, "tried.py")),
            id="deep unary operators",
        ),
        pytest.param("x = " + "a." * 900 + "b\n" + LOST, 1, "", id="nested, but in reach"),
        pytest.param(HALF_BROKEN, 1, "tried.py:9: syntax error: ", id="syntax error and a finding elsewhere"),
        pytest.param(HALF_BROKEN_FINE, 2, "; the rest of the file was checked", id="syntax error, the rest clean"),
    ],
)
def test_of_a_file(project: Project, content: str | bytes, status: int, said: str) -> None:
    project.write("tried.py", content)

    ran = project.check()

    assert ran.status == status, ran
    assert said in ran.err
    assert bool(ran.err) == bool(said)
    assert ("[coroutine-never-awaited]" in ran.out) == (status == 1)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("[tool.spooky\n", "pyproject.toml: cannot be read, the defaults hold"),
        (b"\xff\xfe", "pyproject.toml: cannot be read, the defaults hold"),
        ("[tool.spooky]\nexclud = ['a']\n", "unknown setting 'exclud'"),
        ("[tool.spooky]\nexclude = 'a'\n", "setting 'exclude' must be a list"),
        ("[tool.spooky]\nexclude = ['!', 'a']\n", "setting 'exclude': '!' is no pattern"),
        ("[tool.spooky.severity]\nwhatever = 'off'\n", "unknown rule 'whatever'"),
        ("[tool.spooky]\ninterpreter = 'nowhere/python'\n", "interpreter 'nowhere/python' does not exist"),
        ("[tool]\nspooky = 3\n", "must be a table"),
    ],
)
@pytest.mark.parametrize(("content", "status"), [(FINE, 2), (LOST, 1)])
def test_wrong_settings_never_read_as_clean(
    project: Project, config: str | bytes, said: str, content: str, status: int
) -> None:
    project.write("pyproject.toml", config)
    project.write("one.py", content)
    project.write("two.py", FINE)

    ran = project.check()

    assert ran.status == status, ran
    assert ran.err.count(said) == 1, "said once, not once a file"


def test_wrong_settings_count_without_any_file(project: Project) -> None:
    project.write("pyproject.toml", "[tool.spooky\n")
    ran = project.check()
    assert ran.status == 2
    assert "no Python files found in ." in ran.err


def test_severity_off_is_clean(project: Project) -> None:
    project.write("pyproject.toml", '[tool.spooky.severity]\ncoroutine-never-awaited = "off"\n')
    project.write("a.py")
    assert project.check().status == 0


@pytest.mark.parametrize(
    ("contents", "arguments", "status"),
    [
        ([FINE], ["nowhere.py"], 2),
        ([FINE], ["a0.py", "nowhere.py"], 2),
        ([LOST], ["a0.py", "nowhere.py"], 1),
        ([LOST], ["--exit-zero"], 0),
        ([FINE], ["--exit-zero"], 0),
        ([LOST], ["--exit-zero", ".", "nowhere.py"], 2),
        ([LOST, "name = 'é'".encode("latin-1")], [], 1),
        ([FINE, "name = 'é'".encode("latin-1")], [], 2),
        ([FINE], ["--python", "nowhere"], 2),
        ([FINE], ["--output-format", "xml"], 2),
        ([FINE], ["--no-such-option"], 2),
        ([], [], 0),
    ],
)
def test_of_a_run(project: Project, contents: list[str | bytes], arguments: list[str], status: int) -> None:
    for number, content in enumerate(contents):
        project.write(f"a{number}.py", content)
    ran = project.check(*arguments)
    assert ran.status == status, ran
    assert ran.err if status == 2 else True


def test_a_missing_path_is_named(project: Project) -> None:
    assert project.check("no/where.py").err == "no/where.py: cannot be read: No such file or directory\n"


def test_nothing_to_check_is_said(project: Project) -> None:
    ran = project.check()
    assert (ran.status, ran.out, ran.err) == (0, "", "no Python files found in .\n")
    assert project.json().out == "[]\n"


@posix
def test_unreadable_files_and_folders(project: Project) -> None:
    project.write("fine.py", FINE)
    project.write("secret.py", FINE).chmod(0)
    for name, mode in (("closed", 0o000), ("listed", 0o444)):
        project.write(f"{name}/inner.py", FINE)
        (project.root / name).chmod(mode)
    try:
        if os.access(project.root / "secret.py", os.R_OK):
            pytest.skip("root may read everything")
        ran = project.check()
    finally:
        for name in ("closed", "listed"):
            (project.root / name).chmod(0o755)
    assert ran.status == 2
    for name in ("secret.py", "closed", "listed"):
        assert re.search(rf"^{name}.*: cannot be read: Permission denied$", ran.err, re.MULTILINE)
    assert "No problems in 1 file; 3 could not be checked." in ran.out


@pytest.mark.parametrize("broken", ["check", "fixes"])
def test_an_internal_error_harms_no_other_file(project: Project, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    from spooky_asyncio.engine import Report
    from spooky_asyncio.workspace import project as module

    def fail(*_: object) -> NoReturn:
        raise ZeroDivisionError("on purpose\nin two lines")

    project.write("bad.py")
    project.write("worse.py")
    if broken == "check":
        check = module.Project.check_file
        monkeypatch.setattr(
            module.Project, "check_file", lambda self, path: fail() if path.name == "bad.py" else check(self, path)
        )
    else:
        monkeypatch.setattr(Report, "fixes", fail)

    ran = project.json()

    assert ran.status == 1
    assert ran.files == (["worse.py"] if broken == "check" else ["bad.py", "worse.py"])
    assert "bad.py: internal error: ZeroDivisionError: on purpose\\nin two lines" in ran.err


def test_a_failed_rule_is_no_clean_result(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from spooky_asyncio import engine
    from spooky_asyncio.rules import RULES

    def fail(_: object) -> NoReturn:
        raise ZeroDivisionError

    project.write("a.py", FINE)
    monkeypatch.setattr(engine, "RULES", (replace(RULES[0], check=fail),))
    ran = project.check()
    assert ran.status == 2
    assert "internal error in coroutine-never-awaited" in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == "No problems in 1 file, 1 of them only in part.\n"


def test_a_crash_is_not_taken_for_findings(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from spooky_asyncio.batch import run

    monkeypatch.setattr(run, "python_files", lambda *_: 1 / 0)
    ran = project.check()
    assert ran.status == 2
    assert "ZeroDivisionError" in ran.err


@posix
def test_a_closed_pipe_is_no_accident(project: Project) -> None:
    project.write("many.py", LOST + ("    brew('" + "x" * 300 + "')\n") * 290)
    for output_format in ("text", "json"):
        process = project.process("check", "--output-format", output_format)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""
        process.stderr.close()
        assert process.wait(60) == 1, "what was found stays true"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_full_disk_is_said(project: Project) -> None:
    project.write("a.py")
    with open("/dev/full", "wb") as full:
        process = project.process("check", stdout=full)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert err == b"cannot write to standard output: No space left on device\n"


@posix
def test_closed_standard_streams(project: Project) -> None:
    project.write("a.py")
    process = project.process("check", stdout=None, stderr=None, preexec_fn=lambda: os.closerange(1, 3))
    assert process.wait(60) == 1


@posix
def test_interrupted(project: Project) -> None:
    for number in range(300):
        project.write(f"a{number}.py", LOST * 50)
    process = project.process("check")
    time.sleep(1.5)
    assert process.poll() is None, "it was too fast for this test"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"")


@pytest.mark.skipif(not Path("/proc").exists(), reason="needs a list of the processes")
def test_a_process_that_checks_files_is_killed(project: Project) -> None:
    for number in range(60):
        project.write(f"a{number}.py", LOST * 50)
    process = project.process("check", "--jobs", "2")
    workers: list[int] = []
    while len(workers) < 2:
        assert process.poll() is None
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        workers = [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(workers[0], signal.SIGKILL)
    _, err = process.communicate(timeout=60)
    assert process.returncode != 0
    assert b"a59.py: not checked: internal error: a process that checks files has ended" in err


def test_both_ways_to_start_it_are_one(project: Project) -> None:
    project.write("a.py")
    ran = project.run("check")
    assert ran == project.check()
