"""Outcomes of former runs: those of files of which nothing has changed that they rest on (`state.py`).

A file with findings rests on the whole project besides, for their fixes look for callers everywhere.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from spooky_asyncio.batch.check import Projects
from spooky_asyncio.batch.outcome import Failure, Finding, Outcome
from spooky_asyncio.batch.state import State
from spooky_asyncio.batch.stored import Stored
from spooky_asyncio.source import Source, UnreadableSource
from spooky_asyncio.workspace.cache import Cache

log = logging.getLogger(__name__)


class Kept:
    """What one run takes from the cache, and what it leaves there."""

    def __init__(self, cache: Cache, projects: Projects, fixes: bool) -> None:
        """Outcomes without fixes are none for a run that wants these, though the others are for one that does not."""
        self._fixes = fixes
        self._cache = cache
        self._projects = projects
        self._states: dict[Path, State] = {}
        self._keys: dict[Path, bytes] = {}
        self._new: dict[bytes, str] = {}

    def known(self, files: Sequence[Path]) -> dict[Path, Outcome]:
        """The outcomes that are still true, by file."""
        for file in files:
            key = self._state(file).key(file)
            if key is not None:
                self._keys[file] = key
        results = self._cache.results(self._keys.values())
        found = {}
        for file, key in self._keys.items():
            outcome = self._restored(results[key], file) if key in results else None
            if outcome is not None:
                found[file] = outcome
        return found

    def keep(self, file: Path, outcome: Outcome) -> None:
        """What went wrong may go well next time, and is not kept."""
        others = [one for one in outcome.failures if not one.lasts and one not in self._projects.problems]
        if file in self._keys and outcome.checked == 1 and not others:
            self._new[self._keys[file]] = self._text(file, outcome)

    def save(self) -> list[str]:
        """After a run in which no file has changed: else nobody knows of which text an outcome is. Returns what is to
        be said of the cache."""
        if not self._new or not self._cache.has_changed():
            self._cache.save(self._new)
        return [self._cache.problem] if self._cache.problem is not None else []

    def _state(self, file: Path) -> State:
        project = self._projects.around(file)
        if project.root not in self._states:
            self._states[project.root] = State(project, self._cache)
        return self._states[project.root]

    def _text(self, file: Path, outcome: Outcome) -> str:
        state = self._state(file)
        found = tuple((finding.diagnostic, finding.fixes) for finding in outcome.findings)
        failures = tuple((failure.message, failure.line) for failure in outcome.failures if failure.lasts)
        rests_on = None if not self._fixes else state.everything if found else ""
        return Stored(found, rests_on, failures).text(state.named)

    def _restored(self, text: str, file: Path) -> Outcome | None:
        try:
            state = self._state(file)
            stored = Stored.parsed(text, state.root)
            if self._fixes and stored.found and stored.fixes_rest_on != state.everything:
                return None
            failures = [Failure(message, file, line, lasts=True) for message, line in stored.failures]
            lines = Source.from_file(file).lines if stored.found else ()
            findings = [Finding(file, lines, diagnostic, fixes) for diagnostic, fixes in stored.found]
            return Outcome(findings, 1, len(failures), failures=failures)
        except UnreadableSource:
            return None
        except ValueError:
            # Whatever somebody may have put there.
            log.warning("what the cache says of %s makes no sense, and is not used", file, exc_info=True)
            return None
