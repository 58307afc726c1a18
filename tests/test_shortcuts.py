"""What saves time changes no finding, and saves a lot: counted, for no two machines are equally fast."""

from __future__ import annotations

from pathlib import Path

import pytest

from shortcuts import fast, slow
from spooky_asyncio.source import Source
from spooky_asyncio.workspace.project import Project
from suite import files


@pytest.mark.once
def test_the_findings_are_the_same() -> None:
    one, other = fast(files()), slow(files())
    assert one.diagnostics == other.diagnostics
    assert one.questions < other.questions


def test_long_straight_code_is_no_problem(tmp_path: Path) -> None:
    lines = "".join(f'    text = text.replace("{number}", "") + (other := text.strip())\n' for number in range(400))
    text = f"""
class Client:
    async def replace(self, old, new): ...


def many(text):
{lines}    return text


async def lost():
    Client().replace("a", "b")
"""
    report = Project.at(tmp_path).check(Source.from_text(text, tmp_path / "long.py"))
    assert report.failures == ()
    assert [found.rule for found in report.diagnostics] == ["coroutine-never-awaited"]
