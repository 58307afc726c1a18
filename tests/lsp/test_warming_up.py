"""What the process that analyzes reads while nobody asks it anything, it need not read later."""

from __future__ import annotations

from pathlib import Path

import pytest

from spooky_asyncio.lsp.warming_up import MODULES, STUBS, warm_up
from spooky_asyncio.source import Source
from spooky_asyncio.workspace import async_names, other_files
from spooky_asyncio.workspace.project import Project

PROGRAM = """\
import asyncio
from typing import Optional


class Till:
    def __init__(self, loop: Optional[asyncio.AbstractEventLoop]) -> None:
        self.loop = loop

    async def close(self) -> None:
        self.loop.create_task(self.close())
"""


def test_it_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    names_in, read_source = async_names._names_in, Source.from_file

    def names(file: str, is_standard: bool) -> async_names.Names:
        read.append(file)
        return names_in(file, is_standard)

    def source(path: Path) -> Source:
        read.append(str(path))
        return read_source(path)

    monkeypatch.setattr(async_names, "_names_in", names)
    monkeypatch.setattr(async_names, "_installed", {})
    monkeypatch.setattr(Source, "from_file", source)
    other_files.read_stub.cache_clear()
    steps = len([*warm_up()])
    assert steps == len(MODULES) + len(STUBS)
    assert len(read) > steps
    read.clear()
    report = Project(tmp_path).check(Source.from_text(PROGRAM, tmp_path / "till.py"))
    assert len(report.diagnostics) == 1
    assert read == []
