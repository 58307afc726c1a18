"""What was found in files before this process began, by servers and by `spooky check`, and what it leaves to others.

What is kept is only used where the digest of all that it rests on says that it still holds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from spooky_asyncio.batch.state import State
from spooky_asyncio.batch.stored import Stored
from spooky_asyncio.engine import Report
from spooky_asyncio.model import Diagnostic
from spooky_asyncio.workspace.cache import Cache
from spooky_asyncio.workspace.project import Project

log = logging.getLogger(__name__)


class FormerRuns:
    """The cache is read anew each time: what was read of the disk earlier need not be true any more."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._is_usable = True

    def recall(self, file: Path, project: Project, holds: Callable[[State], bool]) -> tuple[Diagnostic, ...] | None:
        """What is found in a file, if the state holds in which all is on disk now; None if nobody knows."""
        try:
            return self._recalled(file, project, holds)
        except Exception:
            # It would only have saved time.
            log.exception("what was found in %s before is not used", file)
            return None

    def _recalled(self, file: Path, project: Project, holds: Callable[[State], bool]) -> tuple[Diagnostic, ...] | None:
        cache = Cache(self._folder)
        if not (self._is_usable and cache.has_results()):
            self._is_usable &= cache.problem is None
            return None
        state = State(project, cache)
        key = state.key(file)
        text = cache.results([key]).get(key) if key is not None else None
        return None if text is None or not holds(state) else Stored.parsed(text, state.root).diagnostics

    def keep(self, project: Project, reports: Iterable[Report], holds: Callable[[State], bool]) -> None:
        """What was found in files of a project, if it was found in the state in which all is on disk now. What went
        wrong may go well next time, and is not kept."""
        if not self._is_usable:
            return
        cache = Cache(self._folder)
        state = State(project, cache)
        texts: dict[bytes, str] = {}
        for report in reports:
            path = report.source.path
            # A server does not speak of syntax errors, but `spooky check` does.
            is_whole = not report.failures and report.source.syntax_error is None
            key = state.key(path) if path is not None and is_whole else None
            if key is not None:
                found = tuple((diagnostic, ()) for diagnostic in report.diagnostics)
                texts[key] = Stored(found, None if found else "").text(state.named)
        if holds(state):
            # What `spooky check` has left there has fixes, too.
            known = cache.results(texts)
            cache.save({key: text for key, text in texts.items() if key not in known})
        self._is_usable = cache.problem is None
