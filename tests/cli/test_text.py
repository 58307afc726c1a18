"""What `spooky check` prints for people."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from cli.running import FINE, LOST, Project, on_terminal
from spooky_asyncio.cli.formats import FORMATS
from spooky_asyncio.cli.terminal import has_links

NAMELESS = re.compile(r"\x1b\[[0-9;]*m")


def test_a_finding(project: Project) -> None:
    project.write("pot.py")
    project.write("fine.py", FINE)
    head, *rest = project.check().out.splitlines()
    assert head.startswith("pot.py:6:5: warning coroutine 'brew' was never awaited")
    assert head.endswith("[coroutine-never-awaited]")
    assert rest == [
        "6 |     brew(2)",
        "  |     ^^^^^^^",
        "  note: 'brew' is defined here (pot.py:1:11)",
        "  fix: Await 'brew()' (and 1 more)",
        "",
        "Found 1 problem in 1 of 2 files.",
    ]


@pytest.mark.parametrize(
    ("contents", "summary"),
    [
        ([FINE], "No problems in 1 file."),
        ([FINE, FINE], "No problems in 2 files."),
        ([LOST], "Found 1 problem in 1 of 1 file."),
        ([LOST, FINE + LOST.replace("brew", "mash"), LOST + "    brew(3)\n"], "Found 4 problems in 3 of 3 files."),
        ([FINE, b"\xff"], "No problems in 1 file; 1 could not be checked."),
        ([b"\xff"], "Nothing could be checked."),
        ([FINE + "def (\n", FINE], "No problems in 2 files, 1 of them only in part."),
    ],
)
def test_summary(project: Project, contents: list[str | bytes], summary: str) -> None:
    for number, content in enumerate(contents):
        project.write(f"a{number}.py", content)
    assert project.check().out.splitlines()[-1] == summary


def test_paths_outside_the_current_folder_are_absolute(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = project.write("inner/pot.py")
    monkeypatch.chdir(project.root / "inner")
    assert project.check(project.root).out.startswith("pot.py:6:5: ")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert project.check(project.root).out.startswith(f"{path}:6:5: ")


@pytest.mark.skipif(os.name == "nt", reason="no such file names there")
@pytest.mark.parametrize("name", [b"a\x1b[31m\nb.py", b"nasty\xff.py"])
def test_no_control_characters_reach_the_terminal(project: Project, name: bytes) -> None:
    path = os.path.join(os.fsencode(project.root), name)
    with open(path, "wb") as file:
        file.write(LOST.replace("brew(2)", "brew('\x1b]0;owned\x07 \x9b31m')").encode())
    for output_format in FORMATS:
        ran = project.run("check", "--output-format", output_format)
        assert ran.status == 1
        assert not set(ran.out + ran.err) & {"\x1b", "\x07", "\x9b"}
    bad = os.path.join(os.fsencode(project.root), b"\x1b" + name)
    with open(bad, "wb") as file:
        file.write(b"\xff")
    assert "\x1b" not in project.run("check").err


@pytest.mark.parametrize(
    ("arguments", "env", "colored"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color", "always"], {"TERM": "dumb"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colors(project: Project, arguments: list[str], env: dict[str, str], colored: bool) -> None:
    project.write("pot.py")
    ran = project.run("check", *arguments, env=env)
    assert ("\x1b[" in ran.out) is colored
    assert NAMELESS.sub("", ran.out) == project.check().out


LINK = re.compile(r"\x1b\]8;[^;]*;([^\x1b]+)\x1b\\(.*?)\x1b\]8;;\x1b\\")


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("output_format", ["text", "concise"])
def test_hyperlinks_lead_to_the_file_and_to_the_rule(project: Project, output_format: str) -> None:
    path = project.write("a b\x1b[31m.py")
    arguments = ("check", "--output-format", output_format)
    _, shown, _ = on_terminal(project, *arguments, stream="stdout", env={"WT_SESSION": "1"})
    links = {NAMELESS.sub("", text): address for address, text in LINK.findall(shown.decode())}
    assert links.pop("[coroutine-never-awaited]").startswith("https://docs.python.org/")
    assert set(links.values()) == {path.as_uri()}
    assert "%20" in path.as_uri()
    assert "%1B" in path.as_uri()
    for env in ({}, {"WT_SESSION": "1", "NO_COLOR": "1"}, {"WT_SESSION": "1", "FORCE_HYPERLINK": "0"}):
        _, shown, _ = on_terminal(project, *arguments, stream="stdout", env=env)
        assert b"\x1b]8" not in shown
    assert "\x1b]8" not in project.run(*arguments, "--color", "always", env={"WT_SESSION": "1"}).out, "a pipe"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "foot-extra"}, True),
        ({"TERM": "alacritty"}, True),
        ({"TERM": "footling"}, False),
        ({"WT_SESSION": "1"}, True),
        ({"VTE_VERSION": "5000"}, False),
        ({"VTE_VERSION": "7600"}, True),
        ({"VTE_VERSION": "7600", "CI": "true"}, False),
        ({"VTE_VERSION": "7600", "TMUX": "/tmp/tmux"}, False),
        ({"VTE_VERSION": "7600", "TERM": "dumb"}, False),
        ({"VTE_VERSION": "new"}, False),
        ({"KONSOLE_VERSION": "220401"}, True),
        ({"TERM_PROGRAM": "vscode", "TERM_PROGRAM_VERSION": "1.96.2"}, True),
        ({"TERM_PROGRAM": "vscode", "TERM_PROGRAM_VERSION": "1.71.0"}, False),
        ({"TERM_PROGRAM": "vscode"}, False),
        ({"TERM_PROGRAM": "iTerm.app", "TERM_PROGRAM_VERSION": "3.5.0"}, True),
        ({"TERM_PROGRAM": "WezTerm", "TERM_PROGRAM_VERSION": "20240203-110809-5046fc22"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal", "TERM_PROGRAM_VERSION": "453"}, False),
    ],
)
def test_which_terminals_have_hyperlinks(environment: dict[str, str], expected: bool) -> None:
    assert has_links(environment, True) is expected
    assert not has_links(environment, False)
    assert has_links({**environment, "FORCE_HYPERLINK": "1"}, False)
    assert not has_links({**environment, "FORCE_HYPERLINK": "0"}, True)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_any_encoding_of_the_output_will_do(project: Project, encoding: str) -> None:
    project.write("pöt.py", LOST.replace("brew(2)", "brew('日本 🎉 é')"))
    for output_format in FORMATS:
        process = project.process("check", "--output-format", output_format, env={"PYTHONIOENCODING": encoding})
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (1, b"")
        out.decode(encoding)


def test_warnings_of_python_and_jedi_are_no_output(project: Project) -> None:
    project.write("a.py", 'pattern = "\\d"\nif 1 is 1:\n    assert (1, "x")\n' + FINE)
    ran = project.run("check", env={"PYTHONWARNINGS": "always"})
    assert (ran.status, ran.err) == (0, "")


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_on_a_terminal(project: Project) -> None:
    for number in range(30):
        project.write(f"a{number}.py", LOST * 40)
    status, shown, out = on_terminal(project, "check", stream="stderr")
    assert status == 1
    assert b"\x1b" not in out, "standard output is a file"
    assert b"/30" in shown, "the progress"
    assert shown.rstrip(b"\r\n").endswith(b"\x1b[2K"), "it is gone at the end"
    assert shown.rfind(b"\x1b[?25h") > shown.rfind(b"\x1b[?25l"), "the cursor is back"
