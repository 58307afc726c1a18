"""jedi's parser changes the tree of a text in place into that of the next one, so that answers would get mixed up."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from spooky_asyncio.engine import Report
from spooky_asyncio.model import Position
from spooky_asyncio.source import Source
from spooky_asyncio.workspace.project import Project

TEXT = "async def brew(): ...\n\nbrew()\nprint(brew)\n"
OTHER = "import asyncio\n\n\n\nasync def steep(): ...\n\n\nasync def brew(): ...\n\nbrew()\nprint(brew)\n"


def line_of_definition(report: Report) -> int | None:
    """Of the name in the last line, about which no check asks."""
    assert report.lifecycles is not None
    source = report.source
    found = report.lifecycles._inference.definitions(Position(len(source.lines) - 1, len("print(")))
    return found[0].range.start.line if found else None


@pytest.mark.parametrize("has_path", [True, False])
def test_a_report_answers_by_its_own_text(tmp_path: Path, has_path: bool) -> None:
    path = tmp_path / "tea.py" if has_path else None
    project = Project.at(tmp_path)
    report = project.check(Source.from_text(TEXT, path))
    with project.trying(report) if has_path else nullcontext():
        other = project.check(Source.from_text(OTHER, path))
        assert line_of_definition(other) == 7
    assert line_of_definition(report) == 0


def test_jedi_reads_what_stands_in_for_a_file(tmp_path: Path) -> None:
    file, user = tmp_path / "pot.py", tmp_path / "user.py"
    file.write_text(TEXT, "utf-8")
    texts: dict[Path, str] = {}
    project = Project.at(tmp_path)
    project.overlay = texts.get

    def line() -> int | None:
        return line_of_definition(project.check(Source.from_text("from pot import brew\nbrew()\nprint(brew)\n", user)))

    assert line() == 0
    texts[file] = OTHER
    project.reread(file)
    assert line() == 7
    del texts[file]
    project.reread(file)
    assert line() == 0
