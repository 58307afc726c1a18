"""Checks all files of the workspace, in a process of its own, for what is found in those that are not open."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pygls.uris import from_fs_path

from spooky_asyncio.batch.apart import End, Run, Step
from spooky_asyncio.batch.outcome import Finding, Outcome, Overrides
from spooky_asyncio.lsp.client import Client
from spooky_asyncio.lsp.convert import Converter
from spooky_asyncio.lsp.diagnostics import to_protocol
from spooky_asyncio.lsp.pulling import Found
from spooky_asyncio.lsp.snapshots import Snapshot, key

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """What is to be checked, by which settings, for whom."""

    folders: tuple[Path, ...]
    overrides: Overrides
    client: Client


@dataclass(frozen=True)
class Told:
    """How far a run is, or how it has ended."""

    done: int = 0
    total: int = 0
    outcome: Outcome | None = None
    """Of a run that is over; None where it was given up."""


class WholeWorkspace:
    """All methods are called on the protocol's thread. The newest job wins: one that comes while another is under way
    is the next one."""

    def __init__(self, show: Callable[[Found], None]) -> None:
        self.found: dict[str, Found] = {}
        """What was found in files, by the keys of their URIs: nothing is kept of those without findings."""
        self.is_fresh = False
        """Whether a run has come to its end, and nothing has changed since."""
        self._show = show
        self._seen: set[str] = set()
        self._run: Run | None = None
        self._given_up = False
        self._is_wanted = False
        """Whether a run is to come to its end even if nobody waits for it."""
        self._next: Job | None = None
        self._over: asyncio.Future[Told] | None = None
        self._listeners: list[Callable[[Told], None]] = []

    async def check(self, job: Job, listener: Callable[[Told], None] = lambda told: None) -> Told:
        """Check all, anew if something may have changed since a run under way began, and wait for the outcome.
        `listener` hears how far it is. Who is the last to wait, and gives up, ends the run."""
        self._listeners.append(listener)
        try:
            return await asyncio.shield(self._submit(job))
        except asyncio.CancelledError:
            if self._listeners == [listener] and not self._is_wanted:
                self.stop()
            raise
        finally:
            self._listeners.remove(listener)

    def submit(self, job: Job) -> None:
        """The same without waiting."""
        self._is_wanted = True
        self._submit(job)

    def _submit(self, job: Job) -> asyncio.Future[Told]:
        self.is_fresh = False
        if self._over is None:
            self._over = asyncio.get_running_loop().create_future()
            self._start(job)
        else:
            self._next = job
        return self._over

    @property
    def is_awaited(self) -> bool:
        return bool(self._listeners)

    def stop(self) -> None:
        """Give up what is under way; what was found so far stays."""
        self._next = None
        self._given_up = self._over is not None
        if self._run is not None:
            self._run.stop()

    def clear(self) -> None:
        """What was found is of no interest any more."""
        self.stop()
        self.is_fresh = False
        for found in [*self.found.values()]:
            self._take(Found(found.uri, None, ()))

    def _start(self, job: Job) -> None:
        self._seen.clear()
        begun = asyncio.get_running_loop().run_in_executor(None, Run, job.folders, job.overrides)
        begun.add_done_callback(partial(self._listen, job))

    def _listen(self, job: Job, begun: asyncio.Future[Run]) -> None:
        error = None if begun.cancelled() else begun.exception()
        if begun.cancelled() or error is not None:
            log.error("the workspace is not checked, as no process can be started: %s", error)
            self._end(None)
            return
        loop = asyncio.get_running_loop()
        self._run = run = begun.result()
        if self._given_up:
            run.stop()

        def listen() -> None:
            end = None
            for step in run:
                if isinstance(step, End):
                    end = step.outcome
                else:
                    loop.call_soon_threadsafe(self._step, step, _by_file(step.outcome.findings, job.client))
            loop.call_soon_threadsafe(self._end, end)

        threading.Thread(target=listen, name="spooky-workspace", daemon=True).start()

    def _step(self, step: Step, found: Sequence[Found]) -> None:
        for one in found:
            self._seen.add(key(one.uri))
            self._take(one)
        self._tell(Told(step.done, step.total))

    def _end(self, outcome: Outcome | None) -> None:
        has_failed = outcome is None and self._run is not None and not self._given_up
        self._run, self._given_up = None, False
        if has_failed:
            log.error("the check of the workspace has ended before it was done")
        if outcome is not None:
            for gone in [self.found[one] for one in self.found.keys() - self._seen]:
                self._take(Found(gone.uri, None, ()))
            for failure in outcome.failures:
                log.warning("%s", failure)
        if self._next is not None:
            job, self._next = self._next, None
            self._start(job)
            return
        over, self._over = self._over, None
        self._is_wanted = False
        self.is_fresh = outcome is not None
        assert over is not None
        over.set_result(Told(outcome=outcome))

    def keep(self, found: Found) -> None:
        """What was found in a file by others, who have shown it."""
        self.found.pop(key(found.uri), None)
        if found.diagnostics:
            self.found[key(found.uri)] = found

    def _take(self, found: Found) -> None:
        before = self.found.get(key(found.uri))
        self.keep(found)
        if [*(before.diagnostics if before else ())] != [*found.diagnostics]:
            self._show(found)

    def _tell(self, told: Told) -> None:
        for listener in self._listeners:
            listener(told)


def _by_file(findings: Sequence[Finding], client: Client) -> list[Found]:
    """Those of one step are all of the files that they are in."""
    by_file: dict[Path, list[Finding]] = {}
    for finding in findings:
        by_file.setdefault(finding.path, []).append(finding)
    return [_found(path, those, client) for path, those in by_file.items()]


def _found(path: Path, findings: Sequence[Finding], client: Client) -> Found:
    uri, text = from_fs_path(str(path)) or "", "".join(findings[0].lines)
    document, converter = Snapshot(uri, None, text, path), Converter.of(text, client.encoding)
    return Found(uri, None, [to_protocol(one.diagnostic, document, converter, client) for one in findings])
