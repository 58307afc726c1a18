"""A run lets go of what it has read of files when that is too much, and finds the same."""

from __future__ import annotations

import ast
import gc
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from spooky_asyncio.analysis.callees import Callees
from spooky_asyncio.batch.check import Checker
from spooky_asyncio.batch.outcome import Overrides
from spooky_asyncio.batch.run import run
from spooky_asyncio.workspace import other_files
from spooky_asyncio.workspace.cache import Cache
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


AWAITED = """\
import pantry


async def main():
    await pantry.brew()
    return await pantry.Kettle().boil()
"""

PANTRY = """\
class Kettle:
    async def boil(self): ...

async def brew(): ...
"""


def test_what_is_awaited_on_the_spot_leads_to_no_other_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pantry.py").write_text(PANTRY, "utf-8")
    path = tmp_path / "bar.py"
    opened: list[Path] = []
    look_into = other_files.OtherFiles.open

    def noted(self: other_files.OtherFiles, path: Path) -> Callees | None:
        opened.append(path)
        return look_into(self, path)

    monkeypatch.setattr(other_files.OtherFiles, "open", noted)
    for text, into in ((AWAITED, []), (AWAITED.replace("    await", "   "), [tmp_path / "pantry.py"])):
        path.write_text(text, "utf-8")
        outcome = Checker(Overrides()).check(path)
        assert (len(outcome.findings), sorted(set(opened))) == (len(into), into)


def test_a_run_lists_each_folder_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [tmp_path, tmp_path / "bar", tmp_path / "bar" / "shelf"]
    folders[-1].mkdir(parents=True)
    for folder in folders:
        (folder / "tea.py").write_text(PROGRAM.format(0), "utf-8")
    cache = Cache(tmp_path / "cache")
    run([tmp_path], Overrides(fixes=True), cache=cache)
    listed: list[str] = []
    scan = os.scandir

    def noted(folder: Path) -> Iterator[os.DirEntry[str]]:
        listed.append(os.fspath(folder))
        return scan(folder)

    monkeypatch.setattr(os, "scandir", noted)
    outcome = run([tmp_path], Overrides(fixes=True), cache=Cache(tmp_path / "cache"))
    assert len(outcome.findings) == len(folders)
    assert sorted(one for one in listed if one in {*map(str, folders)}) == sorted(map(str, folders))
