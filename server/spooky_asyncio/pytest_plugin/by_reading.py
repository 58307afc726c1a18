"""An item for each collected file, beside what it holds: it fails on what `spooky check` finds there."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from spooky_asyncio.batch.check import Checker
from spooky_asyncio.batch.outcome import Failure, Outcome, Overrides
from spooky_asyncio.cli.formats.text import write
from spooky_asyncio.cli.page import Page
from spooky_asyncio.workspace.files import is_excluded


class ByReading:
    def __init__(self) -> None:
        self._checker = Checker(Overrides())
        self._told: list[Failure] = []

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        is_python = file_path.suffix == ".py"
        if not is_python or is_excluded(file_path, self._checker.projects.around(file_path)):
            return None
        collector: pytest.Collector = _File.from_parent(parent, path=file_path, reading=self)
        return collector

    def check(self, file: Path) -> Outcome:
        """What is wrong with settings, and not with the file, is told of the first only."""
        outcome = self._checker.check(file)
        outcome.failures = [failure for failure in outcome.failures if failure not in self._told]
        self._told += outcome.failures
        return outcome


class _File(pytest.File):
    def __init__(self, *, reading: ByReading, **options: Any) -> None:
        super().__init__(**options)
        self._reading = reading

    def collect(self) -> Iterator[pytest.Item]:
        yield _Item.from_parent(self, name="spooky", reading=self._reading)


class _Findings(Exception):
    """All of them in one text."""


class _Item(pytest.Item):
    def __init__(self, *, reading: ByReading, **options: Any) -> None:
        super().__init__(**options)
        self._reading = reading
        self.add_marker("spooky")
        # pytest-lsp 1.0 takes every item for one that has them.
        self.funcargs: dict[str, Any] = {}

    def runtest(self) -> None:
        outcome = self._reading.check(self.path)
        if outcome.findings or outcome.failures:
            text = io.StringIO()
            write(outcome, Page(text))
            raise _Findings(text.getvalue().rstrip())

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        return str(excinfo.value) if isinstance(excinfo.value, _Findings) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, f"spooky: {self.path.name}"
