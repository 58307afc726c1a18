"""What `ruff` makes of texts: the judge of how fixed code looks. Nothing but tests needs it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

needs_ruff = pytest.mark.skipif(importlib.util.find_spec("ruff") is None, reason="ruff, which judges, is not installed")

_SORTING = ("check", "--select", "I", "--fix", "--config", 'lint.isort.known-first-party = ["shop"]')


def formatted(
    texts: Iterable[str], folder: Path, *, line_length: int = 88, sorts_imports: bool = False, indent: int = 4
) -> list[str]:
    """Each text as the formatter, and the import sorter if wanted, leaves it; all of them in one run."""
    files = []
    for number, text in enumerate(texts):
        files.append(folder / f"text_{number}.py")
        files[-1].write_bytes(text.encode())
    if sorts_imports:
        _ruff(*_SORTING, "--line-length", str(line_length), folder=folder)
    _ruff("format", "--config", f"indent-width = {indent}", "--line-length", str(line_length), folder=folder)
    return [file.read_bytes().decode() for file in files]


def _ruff(*arguments: str, folder: Path) -> None:
    command = [sys.executable, "-m", "ruff", *arguments, "--isolated", "--no-cache", "--target-version", "py314", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
