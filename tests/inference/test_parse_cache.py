"""What jedi keeps on disk saves time; whatever is wrong with it costs no answer."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from spooky_asyncio.inference import parse_cache
from spooky_asyncio.source import Source
from spooky_asyncio.workspace.project import Project

PROGRAM = "def first(brews):\n    return brews[0]\n\n\nasync def brew(): ...\n\n\nfirst([brew])()\n"
"""That is nothing that types would tell."""


@pytest.fixture
def check(tmp_path: Path) -> Callable[[], str]:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, "utf-8")
    # One of them counts on each system.
    places = {name: str(tmp_path / "cache") for name in ("XDG_CACHE_HOME", "HOME", "LOCALAPPDATA")}

    def run() -> str:
        command = [sys.executable, "-m", "spooky_asyncio", "check", str(program)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={**os.environ, **places})
        assert done.returncode == 1, done.stderr
        assert not done.stderr
        return done.stdout

    return run


def kept(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache").rglob("*.pkl"))


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda file: file.write_bytes(file.read_bytes()[:100]), id="truncated"),
        pytest.param(lambda file: file.write_bytes(b""), id="empty"),
        pytest.param(lambda file: file.write_bytes(b"not a pickle"), id="other bytes"),
        pytest.param(lambda file: (file.unlink(), file.mkdir()), id="a folder"),
    ],
)
def test_a_broken_file_is_not_used(damage: Callable[[Path], object], check: Callable[[], str], tmp_path: Path) -> None:
    expected = check()
    files = kept(tmp_path)
    assert files
    for file in files:
        damage(file)
    assert check() == expected
    assert not list((tmp_path / "cache").rglob("*.tmp"))


def test_many_files_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few files are kept, the one that is being asked about, and those it imports, are there."""
    monkeypatch.setattr(parse_cache, "most_bytes", 1)
    old = 1_000_000_000
    for name in ("flour", "water", "salt"):
        (tmp_path / f"{name}.py").write_text(f"async def {name}(): ...\n", "utf-8")
        os.utime(tmp_path / f"{name}.py", (old, old))
    program = tmp_path / "program.py"
    program.write_text(
        "".join(f"from {name} import {name}\n{name}()\n" for name in ("flour", "water", "salt")), "utf-8"
    )
    project = Project.at(tmp_path)
    for _ in range(3):
        report = project.check(Source.from_file(program))
        assert len(report.diagnostics) == 3
        assert not report.failures


def test_processes_that_start_together(check: Callable[[], str], tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, "utf-8")
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "spooky_asyncio", "check", str(program)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) for _ in range(4)]
    assert {process.communicate(timeout=60)[0] for process in started} == {check()}
