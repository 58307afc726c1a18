"""Fixed code is as the formatter leaves it: programs that are formatted stay so with each of their fixes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cases import all_fixes, applied, read_cases
from formatter import formatted, needs_ruff
from spooky_asyncio.source import Source
from spooky_asyncio.workspace.project import Project

pytestmark = pytest.mark.once

LABEL = re.compile(r"[ \t]*# (?:error|ok)(?::.*)?$", re.MULTILINE)
"""Labels make lines longer than a program would have them."""

KNOWN = {
    ("cases", 88): {
        # The formatter leaves parentheses around a statement alone, and takes those around a value away.
        "coroutine_task = (asyncio.create_task(coroutine))",
    },
}
"""The lines that the formatter would still change, and why; by where the programs are from, and line length."""


def cases(folder: Path) -> Iterator[tuple[Path, str]]:
    for file in sorted(Path(__file__).parent.glob("*.md")):
        for number, case in enumerate(read_cases(file)):
            place = folder / f"{file.stem}-{number}"
            place.mkdir()
            case.write(place)
            yield place, LABEL.sub("", case.program)


PROGRAMS = {"cases": cases}


def fixed(text: str, folder: Path, line_length: int) -> Iterator[str]:
    report = Project.at(folder).check(Source.from_text(text, folder / "program.py"))
    report = replace(report, target=replace(report.target, line_length=line_length))
    assert not report.failures
    for fix in all_fixes(report):
        if any(edit.path for edit in fix.edits):
            continue
        yield applied(report.source, fix)


@needs_ruff
@pytest.mark.parametrize(("origin", "line_length"), KNOWN)
def test_fixed_code_is_formatted(origin: str, line_length: int, tmp_path: Path) -> None:
    for name in ("programs", "before", "after"):
        (tmp_path / name).mkdir()
    folders, texts = zip(*PROGRAMS[origin](tmp_path / "programs"), strict=True)
    texts = formatted(texts, tmp_path / "before", line_length=line_length)
    results = [
        result for folder, text in zip(folders, texts, strict=True) for result in fixed(text, folder, line_length)
    ]
    assert len(results) > len(texts)
    changed: dict[str, str] = {}
    for ours, theirs in zip(results, formatted(results, tmp_path / "after", line_length=line_length), strict=True):
        for line in difflib.unified_diff(ours.splitlines(), theirs.splitlines(), n=0, lineterm=""):
            if line.startswith("-") and not line.startswith("---"):
                changed.setdefault(line[1:].strip(), theirs)
                break
    assert changed.keys() <= KNOWN[origin, line_length]
