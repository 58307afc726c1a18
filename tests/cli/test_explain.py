from __future__ import annotations

import os
import re
import subprocess
import sys

import click
import pytest

from cli.running import Project, environment, on_terminal
from spooky_asyncio import __version__
from spooky_asyncio.cli.main import main
from spooky_asyncio.rules import ALL_RULES, RULES, Rule


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.name)
def test_page(project: Project, rule: Rule) -> None:
    ran = project.spooky("explain", rule.name)
    assert (ran.status, ran.out, ran.err) == (0, rule.page, "")


def test_overview(project: Project) -> None:
    ran = project.spooky("explain")
    assert ran.status == 0
    for rule in ALL_RULES:
        assert f"- **{rule.name}**: " in ran.out


@pytest.mark.parametrize(
    ("name", "hint"),
    [("task-never-awaitd", "Did you mean 'task-never-awaited'?"), ("xyz", "The rules are coroutine-never-awaited, ")],
)
def test_unknown_rule(project: Project, name: str, hint: str) -> None:
    ran = project.spooky("explain", name)
    assert (ran.status, ran.out) == (2, "")
    assert f"there is no rule '{name}'" in ran.err
    assert hint in ran.err


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_rendered_on_a_terminal(project: Project) -> None:
    status, shown, err = on_terminal(project, "explain", RULES[0].name, stream="stdout")
    assert (status, err) == (0, b"")
    assert b"\x1b[" in shown
    assert b"\n## " not in shown


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("command", ["", *main.commands])
def test_help(project: Project, command: str, flag: str) -> None:
    ran = project.spooky(*command.split(), flag)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: spooky {command}".rstrip() + " [OPTIONS]")
    assert max(map(len, ran.out.splitlines())) <= 80
    assert "..." not in ran.out.partition("\nCommands:\n")[2]  # each command's line is a whole sentence


def test_each_option_has_one_heading(project: Project) -> None:
    said = re.findall(r"^  (?:-\w, )?(--[\w-]+)", project.check("--help").out, re.MULTILINE)
    assert sorted(said) == sorted([*(max(each.opts, key=len) for each in options(main.commands["check"])), "--help"])


def options(command: click.Command) -> list[click.Option]:
    return [each for each in command.params if isinstance(each, click.Option)]


def test_the_statuses_are_in_the_help(project: Project) -> None:
    assert "Exit status:\n    0    no problems\n" in project.check("--help").out
    assert "Exit status:\n    0    no problems, or all of them fixed;" in project.spooky("fix", "--help").out


def test_version(project: Project) -> None:
    said = rf"spooky-asyncio {re.escape(__version__)} \((CPython|PyPy) 3\.\d+\.\S+, jedi \d\S+\)\n"
    assert re.fullmatch(said, project.spooky("--version").out)


def test_no_arguments_and_wrong_ones_show_the_usage(project: Project) -> None:
    for arguments in ([], ["boil"]):
        ran = project.spooky(*arguments)
        assert ran.status == 2
        assert "Usage: spooky" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chekc"], "there is no command 'chekc'. Did you mean 'check'?"),
        (["check", "--statistcs"], "Did you mean '--statistics'?"),
        (["check", "--output-format=jsn"], "'junit'. Did you mean 'json'?"),
        (["check", "--color", "nver"], "Did you mean 'never'?"),
        (["suppress", "--select", "task-never-awaitd"], "Did you mean 'task-never-awaited'?"),
        (["run", "--output-format", "jsno", "pot.py"], "Did you mean 'json'?"),
        (["run", "--stict", "pot.py"], "Did you mean '--strict'?"),
        (["completion", "fsh"], "Did you mean 'fish'?"),
        (["explain", "task-never-awaitd"], "Did you mean 'task-never-awaited'?"),
    ],
)
def test_what_was_meant(project: Project, arguments: list[str], said: str) -> None:
    ran = project.spooky(*arguments)
    assert (ran.status, ran.out) == (2, "")
    # The quotes around options came with newer versions of click.
    assert said.replace("'", "") in " ".join(ran.err.split()).replace("'", "")


def test_the_server_starts_without_what_only_the_other_commands_need(project: Project) -> None:
    code = "import sys, spooky_asyncio.cli.main; print(*{name.split('.')[0] for name in sys.modules})"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment(), check=True, text=True)
    assert not {"rich", "jedi", "pathspec", "pygls"} & set(out.stdout.split())


def test_server_ignores_stdio(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from spooky_asyncio.lsp import launch, server

    started = []
    monkeypatch.setattr(launch, "launch", lambda: None)
    monkeypatch.setattr(server, "main", lambda port, launched: started.append(port))
    for arguments in ([], ["--stdio"]):
        assert project.spooky("server", *arguments).status == 0
    assert started == [None, None]
