"""Fixed code is as the formatter leaves it: programs that are formatted stay so with each of their fixes."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import suite
from cases import all_fixes, applied, read_cases
from spooky_asyncio.source import Source
from spooky_asyncio.workspace.project import Project

LABEL = re.compile(r"[ \t]*# (?:error|ok)(?::.*)?$", re.MULTILINE)
"""Labels make lines longer than a program would have them."""


def ruff(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program = shutil.which("ruff") or pytest.skip("ruff is not installed: who fixes code can't be held to its format")
    return subprocess.run(
        [program, *arguments, "--isolated", "--no-cache", "."], cwd=folder, capture_output=True, text=True
    )


def formatted(texts: Iterable[str], folder: Path, line_length: int) -> list[str]:
    """Each text as `ruff format` leaves it, all of them in one run."""
    files = []
    for number, text in enumerate(texts):
        files.append(folder / f"text_{number}.py")
        files[-1].write_bytes(text.encode())
    done = ruff("format", "--target-version", "py314", "--line-length", str(line_length), folder=folder)
    assert done.returncode == 0, done.stderr
    return [file.read_bytes().decode() for file in files]


def programs() -> Iterator[str]:
    for file in suite.files():
        yield LABEL.sub("", file.read_text("utf-8"))
    for file in sorted(Path(__file__).parent.glob("*.md")):
        for case in read_cases(file):
            yield LABEL.sub("", case.program)


def fixed(text: str, project: Project, line_length: int) -> Iterator[tuple[str, str]]:
    """The title of each fix of a program and the text that it makes."""
    report = project.check(Source.from_text(text, suite.FOLDER / "program.py"))
    report = replace(report, target=replace(report.target, line_length=line_length))
    for fix in all_fixes(report):
        yield fix.title, applied(report.source, fix)
