"""What the pages show is what happens: their programs are written down, their commands run, and the answers compared.

A fenced block that has a name is a file, and one of `console` is a session with `spooky`, each done in its turn.
The files before a page's first heading are there for all its sections, those of a section for that one only.
`pytest --update-cases` rewrites the answers.
"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from cli.conftest import project as project
from cli.running import Project

DOCS = Path(__file__).parents[2] / "server" / "docs"
FOLDER = "/home/ann/tea"
"""Where the pages' readers are."""
PAGES = ("command-line", "output-formats", "recipes", "run", "suppression")
_FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*)\n", re.MULTILINE)


def sections(page: str) -> list[str]:
    """The text of a page, cut before each of its headings of the second level."""
    return re.split(r"^(?=## )", (DOCS / f"{page}.md").read_text("utf-8"), flags=re.MULTILINE)


SHOWN = [
    pytest.param(page, number, id=f"{page}: {section.splitlines()[0].strip('# ')}")
    for page in PAGES
    for number, section in enumerate(sections(page))
    if "```console\n" in section
]


@pytest.mark.once  # for an older Python there are fewer fixes
@pytest.mark.parametrize(("page", "number"), SHOWN)
def test_sessions(page: str, number: int, project: Project, request: pytest.FixtureRequest) -> None:
    preface, section = sections(page)[0], sections(page)[number]
    if number:
        _FENCE.sub(lambda fence: _done(fence, project), preface)
    now = _FENCE.sub(lambda fence: _done(fence, project), section)
    if request.config.getoption("--update-cases"):
        file = DOCS / f"{page}.md"
        file.write_text(file.read_text("utf-8").replace(section, now), "utf-8")
    else:
        assert now == section


def _done(fence: re.Match[str], project: Project) -> str:
    """The block as it is after it was done."""
    language, name, text = fence.groups()
    if name:
        project.write(name, text)
    if language != "console":
        return fence[0]
    answers = [f"$ {command}\n{_answer(command, project)}" for command in _COMMAND.findall(text)]
    return "```console\n" + "\n".join(answers) + "```"


def _answer(command: str, project: Project) -> str:
    program, *arguments = shlex.split(command)
    assert program == "spooky"
    ran = project.spooky(*arguments)
    answer = (ran.out + ran.err).replace(str(project.root), FOLDER)
    return _with_one_fix_each(answer) if "json" in arguments else answer


def _with_one_fix_each(answer: str) -> str:
    found = json.loads(answer)
    return json.dumps([{**item, "fixes": item["fixes"][:1]} for item in found], indent=2) + "\n"
