"""A run lets go of what it has read of files when that is too much, and finds the same."""

from __future__ import annotations

import ast
import gc
from collections.abc import Sequence
from pathlib import Path

import pytest

from spooky_asyncio.batch.check import Checker
from spooky_asyncio.batch.outcome import Overrides
from spooky_asyncio.workspace import other_files
from suite import files

PROGRAM = """\
import asyncio


async def brew_{0}():
    await asyncio.sleep(0)


async def main():
    brew_{0}()
"""


def told(paths: Sequence[Path]) -> list[tuple[str, ...]]:
    checker = Checker(Overrides(fixes=True))
    outcomes = [checker.check(path) for path in paths]
    return [(str(one.diagnostic), str(one.fixes)) for outcome in outcomes for one in outcome.findings]


def test_it_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = files()[::4]
    expected = told(paths)
    assert expected
    monkeypatch.setattr(other_files, "MOST_CHARACTERS", 0)
    assert told(paths) == expected


def test_nobody_has_to_look_for_what_it_lets_go_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [tmp_path / f"bar_{number}.py" for number in range(10)]
    for number, path in enumerate(paths):
        path.write_text(PROGRAM.format(number), "utf-8")
    monkeypatch.setattr(other_files, "MOST_CHARACTERS", 0)
    # Building fixes, `functools.singledispatchmethod` of Python 3.13.0 keeps what it is called on.
    checker = Checker(Overrides(fixes=False))
    checker.check(paths[0])
    gc.collect()
    before = trees()
    gc.disable()
    try:
        found = [len(checker.check(path).findings) for path in paths]
        assert trees() - before <= 1
    finally:
        gc.enable()
    assert found == [1] * len(paths)


def trees() -> int:
    return sum(isinstance(one, ast.Module) for one in gc.get_objects())
