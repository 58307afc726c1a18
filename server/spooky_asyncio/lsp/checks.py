"""Checks open documents on a thread of their own, so that the server answers meanwhile.

There is one thread, as jedi is not thread-safe. The newest text wins: a text that was edited before its turn came is
never checked, and the result for a text that was edited meanwhile is thrown away.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import re
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from lsprotocol import types

from spooky_asyncio import garbage
from spooky_asyncio.engine import Report
from spooky_asyncio.lsp.client import Client
from spooky_asyncio.lsp.convert import Converter
from spooky_asyncio.lsp.diagnostics import to_protocol
from spooky_asyncio.lsp.documents import Snapshot, key
from spooky_asyncio.lsp.projects import Projects
from spooky_asyncio.model import Diagnostic, Edit
from spooky_asyncio.source import Source, UnreadableSource, read_text
from spooky_asyncio.workspace.files import is_excluded
from spooky_asyncio.workspace.project import Project

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

STACK_BYTES = 64 * 1024 * 1024
"""jedi and the parser recurse deeply, and some systems give a thread so little stack that this would be a crash."""


@dataclass(frozen=True)
class Checked:
    """What was found in one version of a document. No report when it is excluded, unreadable, or the check failed."""

    document: Snapshot
    converter: Converter
    project: Project | None = None
    report: Report | None = None
    findings: tuple[tuple[Diagnostic, types.Diagnostic], ...] = ()
    """Those of the report, and what the client is told of each."""
    unreadable: str | None = None
    failures: tuple[str, ...] = ()
    error: Exception | None = None
    """What failed, if it was the whole check."""
    problems: tuple[str, ...] = ()
    """What is wrong with the settings of the document's project."""
    all_fixed: dict[tuple[str | None, bool], tuple[Edit, ...]] = field(default_factory=dict, compare=False)
    """The edits that fix all of one rule or of all rules, the unsafe fixes too or not, once somebody has asked."""

    @property
    def is_saved(self) -> bool:
        """Whether the text that was checked is that of the file."""
        try:
            return self.document.path is not None and read_text(self.document.path) == self.document.text
        except UnreadableSource:
            return False


def check(document: Snapshot, projects: Projects, client: Client) -> Checked:
    """Runs on the worker thread. Never raises."""
    converter = document.converter(client.encoding)
    where = document.path or document.uri
    try:
        project = projects.of(document.place)
        if not project.settings.enable or (document.place is not None and is_excluded(document.place, project)):
            return Checked(document, converter, problems=tuple(project.problems))
        source = Source.from_text(document.program, document.path)
        report = project.check(source, top_level_await=document.is_cell)
        findings = tuple(
            (found, to_protocol(found, document, converter, client, project.overlay))
            for found in report.diagnostics
            if document.holds(found.range)
        )
        return Checked(
            document, converter, project, report, findings, failures=report.failures, problems=tuple(project.problems)
        )
    except UnreadableSource as error:
        return Checked(document, converter, unreadable=f"{where}: {error}")
    except Exception as error:
        failure = f"{where}: internal error: {type(error).__name__}: {error}"
        return Checked(document, converter, failures=(failure,), error=error)


@dataclass(eq=False)
class _Entry:
    """An open document. `newest` is replaced as a whole, as the worker thread reads it."""

    newest: tuple[int, Snapshot]
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


IDLE_SECONDS = 3.0
"""Without a check this long, nobody types just now, and there is time to tidy up."""


class Checks:
    """All methods are called on the protocol's thread."""

    def __init__(self, check: Callable[[Snapshot], Checked], show: Callable[[Checked], None]) -> None:
        self._check = check
        self._show = show
        self._entries: dict[str, _Entry] = {}
        self._background: set[asyncio.Task[Any]] = set()
        self._idle: asyncio.TimerHandle | None = None
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spooky-check")

    def submit(self, document: Snapshot) -> None:
        """Check a document that is new, was edited, or whose surroundings have changed."""
        entry = self._entries.get(key(document.uri))
        if entry is None:
            entry = self._entries[key(document.uri)] = _Entry((1, document))
        else:
            number, before = entry.newest
            entry.around += before == document
            entry.newest = (number + 1, document)
        if entry.task is None or entry.task.done():
            entry.task = self.spawn(self._check_until_fresh(entry))

    def last(self, uri: str) -> Checked | None:
        """What was found when an open document was checked last."""
        entry = self._entries.get(key(uri))
        return entry.checked if entry is not None else None

    def close(self, uri: str) -> Snapshot | None:
        """Check a document no more; returns its last text."""
        entry = self._entries.pop(key(uri), None)
        if entry is None:
            return None
        entry.closed = True
        return entry.newest[1]

    async def fresh(self, uri: str) -> Checked | None:
        """What is found in the newest text of a document; None for one that is not open."""
        entry = self._entries.get(key(uri))
        while entry is not None and not entry.is_fresh and entry.task is not None:
            # Shielded: a client that gives up a request must not stop the check that others wait for.
            await asyncio.shield(entry.task)
        return entry.checked if entry is not None and not entry.closed else None

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[T]:
        """Run something on the worker thread, after all that was given to it before this call."""
        return asyncio.get_running_loop().run_in_executor(self._executor, lambda: function(*args, **kwargs))

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start a task that nobody waits for: it is kept until it ends, and its failure is logged."""
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        task.add_done_callback(log_failure)
        return task

    def start(self) -> None:
        garbage.look_seldom()
        before = threading.stack_size(STACK_BYTES)
        try:
            self._executor.submit(lambda: None)
        finally:
            threading.stack_size(before)

    def stop(self) -> None:
        """Ends the worker thread after what it is doing just now."""
        if self._idle is not None:
            self._idle.cancel()
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def _check_until_fresh(self, entry: _Entry) -> None:
        while not entry.is_fresh:
            # Before the worker knows of what has changed around it, it may be given the newest text.
            around = entry.around
            number, checked = await self.run(self._check_newest, entry)
            if entry.closed or number != entry.newest[0] or around != entry.around:
                continue
            self._log(entry, checked)
            entry.done, entry.checked = number, checked
            self._show(checked)
        self._tidy_up_later()

    def _tidy_up_later(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self.run, gc.collect)

    def _check_newest(self, entry: _Entry) -> tuple[int, Checked]:
        number, document = entry.newest
        return number, self._check(document)

    def _log(self, entry: _Entry, checked: Checked) -> None:
        """Each failure once: it comes back with every keystroke, though perhaps some lines further down."""
        if checked.unreadable and not (entry.checked and entry.checked.unreadable):
            log.info(checked.unreadable)
        for failure in checked.failures:
            what = re.sub(r"\d+", "", failure)
            if what not in entry.told:
                entry.told.add(what)
                log.error(failure, exc_info=checked.error)


def log_failure(work: asyncio.Future[Any]) -> None:
    """For work that nobody waits for."""
    if not work.cancelled() and (error := work.exception()) is not None:
        log.error("internal error: %s", error, exc_info=error)
