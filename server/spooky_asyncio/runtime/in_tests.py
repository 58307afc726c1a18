"""What is heard while tests run, one test after the other."""

from __future__ import annotations

import gc
import sys
import unittest
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from spooky_asyncio.runtime.complaints import Complaint, merged
from spooky_asyncio.runtime.watcher import Watcher


class Listener:
    """Listens for one test at a time, between `begin` and the last `end`."""

    def __init__(self) -> None:
        self._heard: list[Complaint] = []
        self._watcher = Watcher(self._heard.append, self._is_wanted)
        self._shows: object = None
        self._restore: Callable[[], None] = lambda: None

    def start(self) -> None:
        self._watcher.start()
        if sys.version_info < (3, 11):
            self._watch_unittest()

    def stop(self) -> None:
        self._restore()
        self._watcher.stop()

    def begin(self, test: str) -> dict[Complaint, int]:
        """What is made from here on is this test's. Returns what was heard before, and how often."""
        self._collect()
        before = self._take()
        self._watcher.maker = test
        self._shows = _shows_warnings()
        return before

    def end(self, is_over: bool) -> dict[Complaint, int]:
        """What was heard of the test up to here, and how often."""
        self._watcher.note_lost()
        self._collect()
        if is_over:
            self._shows = None
        return self._take()

    def _take(self) -> dict[Complaint, int]:
        heard = merged(self._heard)
        self._heard.clear()
        this = self._watcher.maker
        # Who made it is worth a word only if it was another test.
        return {replace(one, maker="") if one.maker == this else one: times for one, times in heard.items()}

    def _collect(self) -> None:
        """So that the blame falls on the right test. Most of what nobody holds is gone by itself, the rest was made
        just now: all objects are looked through only where tasks are left over."""
        gc.collect() if len(self._watcher.tasks) else gc.collect(1)

    def _is_wanted(self, warning: str) -> bool:
        """Whether the test itself records warnings just now (`pytest.warns`), or somebody ignores this one."""
        is_recorded = self._shows is not None and self._shows != _shows_warnings()
        return is_recorded or _is_ignored(warning)

    def _watch_unittest(self) -> None:
        """Before Python 3.11 `IsolatedAsyncioTestCase` cancels tasks in a way of its own."""
        case: Any = unittest.IsolatedAsyncioTestCase
        before = case._tearDownAsyncioLoop

        def tear_down(test: Any) -> None:
            self._watcher.note_lost()
            before(test)

        case._tearDownAsyncioLoop = tear_down
        self._restore = lambda: setattr(case, "_tearDownAsyncioLoop", before)


def _shows_warnings() -> tuple[object, object]:
    """What becomes of warnings that pass the filters: recording them means to put something else there."""
    return warnings.showwarning, getattr(warnings, "_showwarnmsg_impl", None)


def _is_ignored(warning: str) -> bool:
    for action, message, category, module, line in warnings.filters:
        # Of the first that fits, as `warnings` has it. Nobody knows the module: it is where the garbage was collected.
        fits = message is None or (message.match(warning) if hasattr(message, "match") else message == warning)
        if fits and issubclass(RuntimeWarning, category) and module is None and line == 0:
            return action == "ignore"
    return False
