"""Which texts are checked, and when: by events alone, with a process that analyzes only when it is told to."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from lsp.editor import PATIENCE
from spooky_asyncio.lsp import checks
from spooky_asyncio.lsp.checks import Checked, Checks
from spooky_asyncio.lsp.client import Client
from spooky_asyncio.lsp.requests import Check, Request, Verdict
from spooky_asyncio.lsp.snapshots import Snapshot
from spooky_asyncio.lsp.worker import Worker


class Process(Worker):
    """Answers checks one at a time, each when it is let go on, or given up."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, int | None]] = []
        """The documents and their versions; with a star those that are analyzed while nobody waits."""
        self.recalls = False
        self.changed = threading.Condition()
        self._answers = 0

    def go_on(self, answers: int = 1) -> None:
        with self.changed:
            self._answers += answers
            self.changed.notify_all()

    def give_up(self) -> None:
        with self.changed:
            self.changed.notify_all()

    def ask(self, request: Request[Any], is_wanted: Callable[[], bool] = lambda: True) -> Any:
        if not isinstance(request, Check):
            return None
        document = request.document
        may_recall = self.recalls and request.may_be_saved
        with self.changed:
            self.asked.append((document.uri + "*" * (self.recalls and not may_recall), document.version))
            self.changed.wait_for(lambda: self._answers or not is_wanted(), PATIENCE)
            self._answers -= bool(self._answers and is_wanted())
        return Verdict(is_recalled=may_recall)

    def stop(self) -> None:
        self.go_on(1000)


@pytest_asyncio.fixture
async def process() -> AsyncIterator[Process]:
    process = Process()
    yield process
    process.stop()


@pytest_asyncio.fixture
async def checking(process: Process) -> AsyncIterator[Checks]:
    checking = Checks(process, Client, lambda checked: None)
    yield checking
    checking.stop()


def text(uri: str, version: int) -> Snapshot:
    return Snapshot(uri, version, f"# {version}\n", Path(uri))


async def until(condition: Callable[[], bool]) -> None:
    async def wait() -> None:
        while not condition():  # noqa: ASYNC110 - another thread makes it come true
            await asyncio.sleep(0.001)

    await asyncio.wait_for(wait(), PATIENCE)


@pytest.mark.asyncio
async def test_of_what_is_typed_while_a_check_is_under_way_only_the_newest_text_is_checked(
    process: Process, checking: Checks
) -> None:
    checking.submit(text("a", 1))
    process.go_on()
    await checking.fresh("a")
    checking.submit(text("a", 2))
    await until(lambda: ("a", 2) in process.asked)
    for version in range(3, 18):
        checking.submit(text("a", version))
    process.go_on(20)
    checked = await checking.fresh("a")
    assert checked is not None
    assert checked.document.version == 17
    # No delay either: the second was asked about as soon as it was there.
    assert process.asked == [("a", 1), ("a", 2), ("a", 17)]


@pytest.mark.asyncio
async def test_what_is_analyzed_while_nobody_waits_makes_way(
    process: Process, checking: Checks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "QUIET_SECONDS", 0)
    process.recalls = True
    process.go_on()
    checking.submit(text("a", 1))
    await until(lambda: ("a*", 1) in process.asked)
    # What was recalled counts meanwhile.
    recalled = await checking.fresh("a")
    assert recalled is not None
    assert recalled.verdict.is_recalled
    checking.submit(text("b", 1))
    await until(lambda: ("b", 1) in process.asked)
    process.go_on()
    await until(lambda: process.asked.count(("a*", 1)) == 2)
    process.go_on(2)
    await until(lambda: all(is_analyzed(checking.last(uri)) for uri in "ab"))
    assert process.asked == [("a", 1), ("a*", 1), ("b", 1), ("a*", 1), ("b*", 1)]


def is_analyzed(checked: Checked | None) -> bool:
    return checked is not None and not checked.verdict.is_recalled
