"""While tests run: what the interpreter complains of is a failure of the test that made it."""

from __future__ import annotations

import io
import json
from collections.abc import Generator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest

from spooky_asyncio.runtime.complaints import Complaint
from spooky_asyncio.runtime.in_tests import Listener

if TYPE_CHECKING:
    from spooky_asyncio.batch.beside import Comparison
    from spooky_asyncio.batch.check import Checker

_IN_WORKERS = "spooky_outside"
"""Under this name xdist's workers tell what they have heard outside of tests."""


class AtRunTime:
    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._listener = Listener()
        self._listener.start()
        config.add_cleanup(self._listener.stop)
        self._outside: dict[Complaint, int] = {}
        """Heard while no test ran: of a module that was imported, say."""
        self._checker: Checker | None = None

    # tryfirst: around all else that happens in the phase, so that nothing of it comes later.
    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, object, object]:
        self._note_outside(self._listener.begin(item.nodeid))
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        return (yield from self._failing(item, "call"))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, object, object]:
        return (yield from self._failing(item, "teardown"))

    def _failing(self, item: pytest.Item, phase: str) -> Generator[None, object, object]:
        """Fails after a phase; one that has failed by itself gets a section that says it."""
        try:
            result = yield
        except BaseException:
            text = self._heard_in(item, phase)
            if text:
                item.add_report_section(phase, "spooky", text)
            raise
        text = self._heard_in(item, phase)
        if text:
            pytest.fail(text, pytrace=False)
        return result

    def _heard_in(self, item: pytest.Item, phase: str) -> str:
        """Empty if nothing was heard that counts."""
        heard = self._listener.end(is_over=phase == "teardown")
        if not heard or item.get_closest_marker("no_spooky") is not None:
            return ""
        return self._text(heard)

    def _text(self, heard: Mapping[Complaint, int]) -> str:
        from spooky_asyncio.batch.beside import compare
        from spooky_asyncio.batch.check import Checker
        from spooky_asyncio.batch.outcome import Overrides

        if self._checker is None:
            self._checker = Checker(Overrides())
        comparison = compare(heard, self._checker)
        return _written(comparison) if comparison.seen else ""

    # What no test is to blame for

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self._note_outside(self._listener.begin(""))
        workeroutput: dict[str, Any] | None = getattr(self._config, "workeroutput", None)
        if workeroutput is not None:
            told = [[asdict(complaint), times] for complaint, times in self._outside.items()]
            workeroutput[_IN_WORKERS] = json.dumps(told)
        elif self._outside and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        for data, times in json.loads(getattr(node, "workeroutput", {}).get(_IN_WORKERS, "[]")):
            self._note_outside({Complaint.from_json(data): times})

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._outside:
            terminalreporter.section("asyncio errors outside of tests")
            terminalreporter.write_line(self._text(self._outside))

    def _note_outside(self, heard: Mapping[Complaint, int]) -> None:
        for complaint, times in heard.items():
            self._outside[complaint] = self._outside.get(complaint, 0) + times


def _written(comparison: Comparison) -> str:
    from spooky_asyncio.cli.page import Page
    from spooky_asyncio.cli.sightings import write

    text = io.StringIO()
    write(comparison, Page(text))
    return text.getvalue().rstrip()
