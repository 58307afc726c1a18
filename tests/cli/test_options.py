"""The options of `spooky check`: which rules count and how, what is said where, and code from standard input."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click
import pytest

from cli.running import FINE, LOST, Project
from spooky_asyncio.cli.formats import FORMATS
from spooky_asyncio.cli.main import main

COROUTINE, TASK = "coroutine-never-awaited", "task-never-awaited"
BOTH = "import asyncio\n\n\n" + LOST + "    asyncio.create_task(brew(3))\n"


@pytest.mark.parametrize("command", main.commands.values(), ids=lambda command: command.name)
def test_each_option_says_what_it_does(command: click.Command) -> None:
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))


@pytest.mark.parametrize(
    ("settings", "arguments", "expected"),
    [
        ("", [], {COROUTINE: "warning", TASK: "warning"}),
        ("", ["--select", COROUTINE], {COROUTINE: "warning"}),
        ("", ["--select", f"{COROUTINE}, {TASK},"], {COROUTINE: "warning", TASK: "warning"}),
        ("", ["--select", COROUTINE, "--select", TASK], {COROUTINE: "warning", TASK: "warning"}),
        ("", ["--ignore", COROUTINE], {TASK: "warning"}),
        ("", ["--ignore", f"{COROUTINE},{TASK}"], {}),
        ("", ["--select", COROUTINE, "--ignore", COROUTINE], {}),
        ("", ["--severity", f"{COROUTINE}=error"], {COROUTINE: "error", TASK: "warning"}),
        ("", ["--severity", f"{COROUTINE}=hint,{TASK}=off"], {COROUTINE: "hint"}),
        ("", ["--severity", f"{COROUTINE}=hint", "--ignore", COROUTINE], {TASK: "warning"}),
        ("", ["--severity", f"{COROUTINE}=hint", "--select", TASK], {TASK: "warning"}),
        (f"{TASK} = 'error'", [], {COROUTINE: "warning", TASK: "error"}),
        (f"{TASK} = 'error'", ["--severity", f"{TASK}=hint"], {COROUTINE: "warning", TASK: "hint"}),
        (f"{TASK} = 'error'", ["--select", TASK], {TASK: "error"}),
        (f"{TASK} = 'off'", ["--ignore", COROUTINE], {}),
        (f"{TASK} = 'off'", ["--select", TASK], {TASK: "warning"}),
        (f"{TASK} = 'off'", ["--severity", f"{TASK}=error"], {COROUTINE: "warning", TASK: "error"}),
    ],
)
def test_which_rules_count_and_how(
    project: Project, settings: str, arguments: list[str], expected: dict[str, str]
) -> None:
    project.write("pyproject.toml", f"[tool.spooky.severity]\n{settings}\n")
    project.write("pot.py", BOTH)
    ran = project.json(*arguments)
    assert {finding["code"]: finding["severity"] for finding in ran.findings} == expected
    assert ran.status == (1 if expected else 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--select", "task-never-awaitd"], "no rule 'task-never-awaitd'. Did you mean 'task-never-awaited'?"),
        (["--ignore", f"{TASK},xyz"], "no rule 'xyz'. The rules are coroutine-never-awaited, "),
        (["--severity", f"{TASK}=eror"], "no severity 'eror'. Did you mean 'error'?"),
        (["--severity", f"{TASK}="], "no severity ''. The severities are error, "),
        (["--severity", "tsk-never-awaited=off"], "Did you mean 'task-never-awaited'?"),
        (["--severity", TASK], f"'{TASK}' is not RULE=SEVERITY."),
        (["--severity", "error"], "'error' is not RULE=SEVERITY."),
        (["--output-format", "jsn"], "'jsn' is not one of"),
        (["--output-file", "no/where.json"], "there is no folder 'no'"),
        (["--output-file", "."], "'.' is a folder"),
        (["--stdin-filename", "a.py"], "--stdin-filename goes with the path -"),
        (["-", "pot.py"], "goes with no other path"),
    ],
)
def test_wrong_ones_are_explained(project: Project, arguments: list[str], said: str) -> None:
    project.write("pot.py", BOTH)
    ran = project.check(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert said in " ".join(ran.err.split())


@pytest.mark.parametrize(
    ("configuration", "said"),
    [
        ("[tool.spoky]\nenable = false\n", "the table 'spoky' is not read (did you mean [tool.spooky]?)"),
        ("[tool.spooky-asyncio]\nenable = false\n", "the table 'spooky-asyncio' is not read"),
        ("[tool.spooky_asyncio.severity]\n", "the table 'spooky_asyncio' is not read"),
        ("[tool.spooky]\nexlude = []\n", "unknown setting 'exlude' (did you mean 'exclude'?)"),
        ("[tool.spooky.severty]\n", "unknown setting 'severty' (did you mean 'severity'?)"),
        (f"[tool.spooky.severity]\n{TASK} = 'eror'\n", "gives 'task-never-awaited' 'eror' (did you mean 'error'?)"),
        ("[tool.spooky.severity]\ntask-never-awaitd = 'off'\n", f"'task-never-awaitd' (did you mean '{TASK}'?)"),
    ],
)
def test_settings_that_nobody_reads_are_said(project: Project, configuration: str, said: str) -> None:
    project.write("pyproject.toml", configuration)
    project.write("pot.py", BOTH)
    ran = project.json()
    assert (len(ran.findings), ran.err.count("\n"), said in ran.err) == (2, 1, True)


@pytest.mark.parametrize(
    "tables", ["[tool.poetry]\n", "[tool.spacy]\n[tool.snooty]\n", "[tool.spooky]\n[tool.spoky]\n"]
)
def test_settings_of_others_are_theirs(project: Project, tables: str) -> None:
    project.write("pyproject.toml", tables)
    project.write("pot.py", FINE)
    assert project.check().err == ""


@pytest.mark.parametrize("output_format", FORMATS)
def test_statistics(project: Project, output_format: str) -> None:
    project.write("pot.py", BOTH + "    brew(4)\n")
    plain = project.check("--output-format", output_format)
    counted = project.check("--output-format", output_format, "--statistics")
    lines = f"2 {COROUTINE}, 2 with a fix\n1 {TASK}, 1 with a fix\n"
    if output_format in ("text", "concise"):
        assert (counted.out, counted.err) == (plain.out.replace("Found", lines + "Found"), "")
    else:
        assert (counted.out, counted.err) == (plain.out, lines)
    filed = project.check("--output-format", output_format, "--statistics", "--output-file", "report")
    assert (filed.out, filed.err) == (lines + "Found 3 problems in 1 of 1 file.\n", "")
    assert (project.root / "report").read_text("utf-8") == counted.out


def test_statistics_of_nothing(project: Project) -> None:
    project.write("fine.py", FINE)
    assert project.check("--statistics").out == "No problems in 1 file.\n"


def test_an_output_file_is_replaced_as_a_whole(project: Project) -> None:
    project.write("pot.py", LOST.replace("brew(2)", "brew('日')"))
    project.write("report.txt", "old")
    if os.name != "nt":
        (project.root / "report.txt").chmod(0o640)
        (project.root / "link.txt").symlink_to("report.txt")
    ran = project.check("--output-file", "link.txt" if os.name != "nt" else "report.txt", "--color", "auto")
    assert (ran.status, ran.out) == (1, "Found 1 problem in 1 of 1 file.\n")
    written = (project.root / "report.txt").read_text("utf-8")
    assert "6 |     brew('日')" in written
    assert "\x1b" not in written
    assert sorted(path.name for path in project.root.iterdir() if "report" in path.name) == ["report.txt"]
    if os.name != "nt":
        assert (project.root / "link.txt").is_symlink()
        assert (project.root / "report.txt").stat().st_mode & 0o777 == 0o640


def test_an_output_file_that_cannot_be_written(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    project.write("pot.py", FINE)
    kept = project.write("report.json", "old")
    monkeypatch.setattr(os, "replace", fail)
    ran = project.json("--output-file", "report.json")
    assert (ran.status, ran.err) == (2, "cannot write report.json: Permission denied\n")
    assert kept.read_text() == "old"
    assert [path.name for path in project.root.iterdir() if path.name.startswith(".report")] == []


@pytest.mark.skipif(os.name == "nt", reason="no such devices there")
def test_an_output_file_that_is_a_device(project: Project) -> None:
    project.write("pot.py")
    ran = project.run("check", "--output-format", "concise", "--output-file", "/dev/stderr")
    assert "[coroutine-never-awaited]" in ran.err
    assert project.check("--output-file", "/dev/null").status == 1
    assert Path("/dev/null").is_char_device()


def test_code_from_standard_input(project: Project) -> None:
    ran = project.check("-", stdin=LOST)
    assert ran.status == 1
    assert ran.out.startswith("<stdin>:6:5: warning ")
    assert "(<stdin>:1:11)" in ran.out
    assert [finding["filename"] for finding in project.json("-", stdin=LOST).findings] == ["<stdin>"]
    for output_format in FORMATS:
        assert project.check("-", "--output-format", output_format, stdin=LOST).status == 1
        assert project.check("-", "--output-format", output_format, stdin=FINE).status == 0


def test_standard_input_stands_for_its_file(project: Project) -> None:
    project.write("app/pyproject.toml", "[tool.spooky.severity]\ncoroutine-never-awaited = 'hint'\n")
    project.write("app/pot.py", FINE)
    path = project.write("app/use.py", "x = (broken\n")
    code = "from pot import brew\n\n\nasync def noon():\n    brew(3)\n"
    ran = project.json("-", "--stdin-filename", "app/use.py", stdin=code)
    (finding,) = ran.findings
    assert ran.err == ""
    assert finding["filename"] == str(path)
    assert finding["severity"] == "hint"
    assert [Path(related["filename"]).name for related in finding["related"]] == ["pot.py"]
    assert path.read_text() == "x = (broken\n"
    assert project.check("-", "--stdin-filename", "app/new.py", stdin=code).out.startswith("app/new.py:5:5: hint")


def test_other_files_see_standard_input(project: Project) -> None:
    """Who calls a function is looked up there, too."""
    project.write("pot.py", "def brew():\n    return 1\n")
    project.write("use.py", "from pot import pour\n\n\nasync def noon():\n    pour()\n")
    code = "async def brew(): ...\n\n\ndef pour():\n    brew()\n"
    (finding,) = project.json("-", "--stdin-filename", "pot.py", stdin=code).findings
    edited = {Path(edit["filename"]).name for fix in finding["fixes"] for edit in fix["edits"]}
    assert edited == {"pot.py", "use.py"}


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (b"", 0, ""),
        (b"\xef\xbb\xbf" + LOST.encode(), 1, ""),
        ("# coding: latin-1\nname = 'é'\n".encode("latin-1") + LOST.encode(), 1, ""),
        (b"name = '\xe9'\n", 2, "<stdin>: not UTF-8 text: byte 0xe9 at offset 8\n"),
        (b"# coding: klingon\n", 2, "<stdin>: unusable encoding: "),
        (b"def def\n", 2, "<stdin>: not valid Python: "),
        (LOST.encode() + b"x = (\n", 1, "<stdin>:7: syntax error: "),
    ],
)
def test_any_standard_input(project: Project, data: bytes, status: int, said: str) -> None:
    ran = project.check("-", stdin=data)
    assert ran.status == status
    assert ran.err.startswith(said)
    assert bool(ran.err) == bool(said)
    written = json.loads(project.json("-", stdin=data).out)
    assert [item["filename"] for item in written if item["code"] is None] == (["<stdin>"] if said else [])


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX descriptors")
def test_a_closed_standard_input_is_no_empty_file(project: Project) -> None:
    process = project.process("check", "-", stdin=None, preexec_fn=lambda: os.close(0))
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, b"")
    assert b"standard input is closed" in err


def test_fix_takes_several_rules_too(project: Project) -> None:
    path = project.write("pot.py", BOTH)
    ran = project.spooky("fix", "--unsafe", "--select", f"{COROUTINE},task-exception-never-retrieved")
    assert ran.status == 0
    assert "    await brew(2)\n    asyncio.create_task(brew(3))\n" in path.read_text()
    assert project.spooky("fix", "--select", "nothing").status == 2
