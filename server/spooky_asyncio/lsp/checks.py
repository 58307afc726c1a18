"""Has open documents checked by another process, for which a thread waits, so that the server answers meanwhile.

That process does one thing at a time. The newest text wins: a text that was edited before its turn came is
never checked, and the check of one that is edited meanwhile is given up.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from lsprotocol import types

from spooky_asyncio.lsp.client import Client
from spooky_asyncio.lsp.convert import Converter
from spooky_asyncio.lsp.diagnostics import to_protocol
from spooky_asyncio.lsp.requests import Check, Keep, Request, TidyUp, Verdict
from spooky_asyncio.lsp.snapshots import Snapshot, key
from spooky_asyncio.lsp.worker import Lost, Worker
from spooky_asyncio.model import Diagnostic
from spooky_asyncio.source import UnreadableSource, read_text

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Checked:
    """What was found in one version of a document, and what the client is told of it."""

    document: Snapshot
    converter: Converter
    verdict: Verdict
    findings: tuple[tuple[Diagnostic, types.Diagnostic], ...] = ()
    """Each diagnostic, and what the client is told of it."""

    @classmethod
    def of(cls, document: Snapshot, verdict: Verdict, client: Client, overlay: Callable[[Path], str | None]) -> Checked:
        """`overlay` knows the texts that stand in for those of files."""
        converter = Converter.of_document(document, client.encoding)
        shown = (to_protocol(found, document, converter, client, overlay) for found in verdict.diagnostics)
        return cls(document, converter, verdict, tuple(zip(verdict.diagnostics, shown, strict=True)))

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with the settings of the document's project."""
        return self.verdict.project.problems if self.verdict.project is not None else ()

    @property
    def is_saved(self) -> bool:
        """Whether the text that was checked is that of the file."""
        try:
            return self.document.path is not None and read_text(self.document.path) == self.document.text
        except UnreadableSource:
            return False


@dataclass(eq=False)
class _Entry:
    """An open document. `newest` is replaced as a whole, as the waiting thread reads it."""

    newest: tuple[int, Check]
    around: int = 0
    """Grows when something else than the text has changed: files, settings."""
    done: int = 0
    checked: Checked | None = None
    task: asyncio.Task[None] | None = None
    closed: bool = False
    told: set[str] = field(default_factory=set)

    @property
    def is_fresh(self) -> bool:
        return self.closed or self.done == self.newest[0]

    @property
    def is_recalled(self) -> bool:
        """Whether what is known of it is what a former run has found: it is to be analyzed before it is edited."""
        return not self.closed and self.checked is not None and self.checked.verdict.is_recalled


QUIET_SECONDS = 0.5
"""Without a check this long, what the user does not wait for may begin."""
IDLE_SECONDS = 3.0
"""Without a check this long, nobody types just now, and there is time to tidy up."""


class Checks:
    """All methods are called on the protocol's thread."""

    def __init__(self, worker: Worker, client: Callable[[], Client], show: Callable[[Checked], None]) -> None:
        self._worker = worker
        self._client = client
        self._show = show
        self._entries: dict[str, _Entry] = {}
        self._files: dict[Path, _Entry] = {}
        self._later: dict[str, _Entry] = {}
        """Those that can wait, in their order."""
        self._checking_later: asyncio.Task[None] | None = None
        self._background: set[asyncio.Task[Any]] = set()
        self._timers: list[asyncio.TimerHandle] = []
        self._submitted = 0
        """How often something was to be checked, or closed."""
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spooky-check")

    def submit(self, document: Snapshot, *, later: bool = False) -> None:
        """Check a document that is new, was edited, or whose surroundings have changed. From now on its text stands in
        for that of its file.

        With `later` it is checked one by one with others of the kind, so that what is typed meanwhile need not wait
        for all of them; or when somebody asks for it.
        """
        entry = self._entries.get(key(document.uri))
        if entry is None:
            entry = self._entries[key(document.uri)] = _Entry((1, Check(document, may_be_saved=True)))
        else:
            number, before = entry.newest
            is_edited = before.document != document
            entry.around += not is_edited
            entry.newest = (number + 1, Check(document, may_be_saved=not is_edited))
        if document.path is not None:
            self._files[document.path] = entry
            self._worker.replace(document.path, document.text)
        self._submitted += 1
        self._worker.give_up()
        if not later:
            self._begin(entry)
            return
        self._later[key(document.uri)] = entry
        if self._checking_later is None or self._checking_later.done():
            self._checking_later = self.spawn(self._check_later())

    def last(self, uri: str) -> Checked | None:
        """What was found when an open document was checked last."""
        entry = self._entries.get(key(uri))
        return entry.checked if entry is not None else None

    def opened(self, path: Path) -> Snapshot | None:
        """The newest text of the document that a file is open as, if it is."""
        entry = self._files.get(path)
        return entry.newest[1].document if entry is not None else None

    def close(self, uri: str) -> None:
        """Check a document no more: its file counts itself again."""
        entry = self._entries.pop(key(uri), None)
        if entry is None:
            return
        entry.closed = True
        path = entry.newest[1].document.path
        if path is not None:
            self._files.pop(path, None)
            self._worker.replace(path, None)
        self._submitted += 1
        self._worker.give_up()

    async def fresh(self, uri: str) -> Checked | None:
        """What is found in the newest text of a document; None for one that is not open."""
        entry = self._entries.get(key(uri))
        while entry is not None and not entry.is_fresh:
            # Shielded: a client that gives up a request must not stop the check that others wait for.
            await asyncio.shield(self._begin(entry))
        return entry.checked if entry is not None and not entry.closed else None

    def ask(self, request: Request[T]) -> asyncio.Future[T]:
        """The answer comes after those to all that was asked before. Raises Lost."""
        return self._run(self._worker.ask, request)

    def check_now(self, document: Snapshot) -> asyncio.Future[Checked]:
        """Check a document that is not open."""
        return self._run(self._check, Check(document, may_be_saved=True))

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start a task that nobody waits for: it is kept until it ends, and its failure is logged."""
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        task.add_done_callback(log_failure)
        return task

    def start(self) -> None:
        loop = asyncio.get_running_loop()

        def mend() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._mend)

        self._worker.on_end = mend
        self._mend()

    def stop(self) -> None:
        """What has not been answered by now will not be any more."""
        self._cancel_timers()
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._worker.stop()

    def _mend(self) -> None:
        self._run(self._worker.mend).add_done_callback(log_failure)

    def _run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[T]:
        return asyncio.get_running_loop().run_in_executor(self._executor, lambda: function(*args, **kwargs))

    def _begin(self, entry: _Entry) -> asyncio.Task[None]:
        if entry.task is None or entry.task.done():
            entry.task = self.spawn(self._check_until_fresh(entry))
        return entry.task

    async def _check_later(self) -> None:
        while self._later:
            entry = self._later.pop(next(iter(self._later)))
            if not entry.is_fresh:
                # If it fails, `spawn` says so.
                await asyncio.wait([self._begin(entry)])

    async def _check_until_fresh(self, entry: _Entry) -> None:
        while not entry.is_fresh:
            # Before what has changed around it is known, the newest text may be checked.
            around = entry.around
            number, checked = await self._run(self._check_newest, entry)
            if entry.closed or number != entry.newest[0] or around != entry.around:
                continue
            self._log(entry, checked)
            entry.done, entry.checked = number, checked
            self._show(checked)
        self._cancel_timers()
        loop = asyncio.get_running_loop()
        self._timers.append(loop.call_later(QUIET_SECONDS, lambda: self.spawn(self._catch_up())))
        self._timers.append(loop.call_later(IDLE_SECONDS, lambda: self.spawn(self._tidy_up())))

    def _cancel_timers(self) -> None:
        while self._timers:
            self._timers.pop().cancel()

    async def _catch_up(self) -> None:
        """Leave what was found to the next start, and analyze what was only recalled from former ones, until something
        is to be checked, or closed: after that this begins again, and goes on from what was found by then."""
        submitted = self._submitted
        await self.ask(Keep())
        for entry in [*self._entries.values()]:
            if entry.is_fresh and entry.is_recalled:
                check = Check(entry.newest[1].document)
                checked = await self._run(self._check, check, lambda: self._submitted == submitted)
                if self._submitted != submitted:
                    return
                self._use_analyzed(entry, checked)

    def _use_analyzed(self, entry: _Entry, checked: Checked) -> None:
        recalled, entry.checked = entry.checked, checked
        self._log(entry, checked)
        if recalled is None or checked.verdict != replace(recalled.verdict, is_recalled=False):
            self._show(checked)

    async def _tidy_up(self) -> None:
        await self.ask(TidyUp())

    def _check_newest(self, entry: _Entry) -> tuple[int, Checked]:
        number, check = entry.newest
        return number, self._check(check, partial(self._is_newest, entry, number))

    def _is_newest(self, entry: _Entry, number: int) -> bool:
        return number == entry.newest[0] and not entry.closed

    def _check(self, check: Check, is_wanted: Callable[[], bool] = lambda: True) -> Checked:
        try:
            verdict = self._worker.ask(check, is_wanted)
        except Lost as error:
            verdict = Verdict(failures=(str(error),))
        return Checked.of(check.document, verdict, self._client(), self._text)

    def _text(self, path: Path) -> str | None:
        document = self.opened(path)
        return document.text if document is not None else None

    def _log(self, entry: _Entry, checked: Checked) -> None:
        """Each failure once: it comes back with every keystroke, though perhaps some lines further down."""
        unreadable = checked.verdict.unreadable
        if unreadable and not (entry.checked and entry.checked.verdict.unreadable):
            log.info(unreadable)
        for failure in checked.verdict.failures:
            what = re.sub(r"\d+", "", failure)
            if what not in entry.told:
                entry.told.add(what)
                log.error(failure)


def log_failure(work: asyncio.Future[Any]) -> None:
    """For work that nobody waits for."""
    if not work.cancelled() and (error := work.exception()) is not None:
        log.error("internal error: %s", error, exc_info=error)
