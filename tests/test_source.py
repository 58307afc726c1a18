"""Texts that are written in unusual ways get the same findings and fixes as others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from spooky_asyncio.source import Source, UnreadableSource
from spooky_asyncio.workspace.project import Project

LOST = "import asyncio\n\n\nasync def main():\n    asyncio.sleep(1)\n\n\nmain()\n"


def findings(text: str, folder: Path) -> list[tuple[str, int, int]]:
    report = Project.at(folder).check(Source.from_text(text, folder / "program.py"))
    assert not report.failures
    return [(item.rule, item.range.start.line, item.range.start.column) for item in report.diagnostics]


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark(newline: str, mark: str, tmp_path: Path) -> None:
    expected = findings(LOST, tmp_path)
    assert len(expected) == 2
    assert findings(mark + LOST.replace("\n", newline), tmp_path) == expected


def test_an_import_goes_behind_the_byte_order_mark(tmp_path: Path) -> None:
    source = Source.from_text("\ufeffasync def brew():\n    pass\n\n\nbrew()\n", tmp_path / "program.py")
    report = Project.at(tmp_path).check(source)
    (fix,) = report.fixes(report.diagnostics[0])
    assert source.edited(fix.edits).startswith("\ufeffimport asyncio\n\n\nasync def brew():\n")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(UnreadableSource, match="not a file"):
        Source.from_file(tmp_path / "pipe.py")
