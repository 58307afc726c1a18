"""Answers the server's requests, in a process of its own: what is found in documents, and what to do about it."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from spooky_asyncio import garbage
from spooky_asyncio.engine import Report
from spooky_asyncio.lsp import logs
from spooky_asyncio.lsp.former_runs import FormerRuns
from spooky_asyncio.lsp.offers import build_edits, offers
from spooky_asyncio.lsp.projects import Projects, problems_of
from spooky_asyncio.lsp.requests import (
    BuildEdits,
    Check,
    Configure,
    Configured,
    FindOffers,
    Keep,
    Refresh,
    Request,
    TidyUp,
    Verdict,
)
from spooky_asyncio.lsp.snapshots import Snapshot, key
from spooky_asyncio.model import Diagnostic, Edit
from spooky_asyncio.source import UnreadableSource
from spooky_asyncio.workspace import cache
from spooky_asyncio.workspace.files import is_excluded
from spooky_asyncio.workspace.kept_names import KeptNames
from spooky_asyncio.workspace.project import Project, settle

log = logging.getLogger(__name__)

MOST_KEPT = 20
"""So many documents keep their trees, with which fixes are built; others are checked again when somebody wants one."""

LEAST_SECONDS = 0.3
"""So long a check goes on at least. While somebody types without a pause, none would get anywhere else: what one finds
out the next one need not, but it takes a time to take it over."""


@dataclass(frozen=True, eq=False)
class Analyzed:
    """A document with the report that its fixes are built from. There is none if it is excluded, unreadable, or the
    check failed."""

    document: Snapshot
    verdict: Verdict
    project: Project | None = None
    report: Report | None = None
    all_fixed: dict[tuple[str | None, bool], tuple[Edit, ...]] = field(default_factory=dict)
    """The edits that fix all of one rule or of all rules, the unsafe fixes too or not, once somebody has asked."""

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return self.verdict.diagnostics

    @property
    def is_complete(self) -> bool:
        """Whether the check was not given up."""
        return self.report is None or not self.report.is_partial


class Analyst:
    def __init__(self, looks_into: Callable[[Path | None], None] = lambda path: None) -> None:
        self._kept_names = KeptNames(cache.folder())
        self._projects = Projects(looks_into, self._kept_names)
        self._analyzed: OrderedDict[str, Analyzed] = OrderedDict()
        self._former_runs = FormerRuns(cache.folder())
        self._to_keep: dict[str, Analyzed] = {}
        """What was found in documents as they were saved, while nothing has changed around them since."""

    def answer(
        self,
        request: Request[object],
        texts: Mapping[Path, str | None],
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> object:
        """With these texts in place of those of their files, from now on; None for a file of which none is open."""
        if self._projects.replace(texts):
            self._to_keep.clear()
        closed = {path for path, text in texts.items() if text is None}
        for uri in [uri for uri, known in self._analyzed.items() if known.document.path in closed]:
            del self._analyzed[uri]
        match request:
            case Check(document, may_be_saved):
                return self._check(document, may_be_saved, is_wanted).verdict
            case FindOffers(document, span, only, with_edits):
                return offers(self._known(document), span, only, with_edits)
            case BuildEdits(document, kind, title, findings):
                return build_edits(self._known(document), kind, title, findings)
            case Configure(folders, settings):
                return self._configure(Configure(folders, settings))
            case Refresh():
                self._to_keep.clear()
                self._projects.refresh()
                return None
            case Keep():
                self._keep()
                return None
            case TidyUp():
                garbage.look_at_all()
                return None
            case _:
                raise TypeError(f"not a request: {request!r}")

    def ahead(self) -> Iterator[None]:
        """Does a part of what the next answers will rest on, at each step: for who has nothing to answer."""
        for known in [*self._analyzed.values()]:
            if known.report is not None and known.report.source.owns_tree:
                settle(known.report)
                yield

    def _configure(self, wanted: Configure) -> Configured:
        self._to_keep.clear()
        configured = self._projects.configure(wanted.folders, wanted.settings)
        logs.tell(configured.log_level)
        return configured

    def _known(self, document: Snapshot) -> Analyzed:
        """As it was checked last, or anew: after another process had checked it, or many other documents."""
        known = self._analyzed.get(key(document.uri))
        if known is not None and known.document == document and known.is_complete:
            return known
        return self._check(document)

    def _check(
        self, document: Snapshot, may_be_saved: bool = False, is_wanted: Callable[[], bool] = lambda: True
    ) -> Analyzed:
        former = self._analyzed.pop(key(document.uri), None)
        report = former.report if former is not None else None
        recall = self._recall if may_be_saved and report is None else None
        analyzed = analyze(document, self._projects, report, recall, is_wanted)
        if analyzed.verdict.is_recalled:
            return analyzed
        self._analyzed[key(document.uri)] = analyzed
        if may_be_saved and analyzed.is_complete:
            self._to_keep[key(document.uri)] = analyzed
        if len(self._analyzed) > MOST_KEPT:
            self._analyzed.popitem(last=False)
        return analyzed

    def _recall(self, document: Snapshot, project: Project) -> tuple[Diagnostic, ...] | None:
        if document.path is None or self._projects.text(document.path) != document.text:
            return None
        return self._former_runs.recall(document.path, project, self._projects.are_saved)

    def _keep(self) -> None:
        self._kept_names.save()
        kept, self._to_keep = self._to_keep, {}
        reports: dict[Path, list[Report]] = defaultdict(list)
        for one in kept.values():
            path = one.document.path
            if path and one.report and one.project and self._projects.text(path) == one.document.text:
                reports[one.project.root].append(one.report)
        for root, those in reports.items():
            self._former_runs.keep(self._projects.at(root), those, self._projects.rest_on)


Recall: TypeAlias = "Callable[[Snapshot, Project], tuple[Diagnostic, ...] | None]"


def analyze(
    document: Snapshot,
    projects: Projects,
    former: Report | None = None,
    recall: Recall | None = None,
    is_wanted: Callable[[], bool] = lambda: True,
) -> Analyzed:
    """Never raises for what is in the document. With the report of a former version, what has not changed since then is
    not analyzed again; what can be recalled is not analyzed at all."""
    where = document.path or document.uri
    try:
        project = projects.of(document.place)
        if not project.settings.enable or (document.place is not None and is_excluded(document.place, project)):
            return Analyzed(document, Verdict(project=problems_of(project)))
        recalled = recall(document, project) if recall is not None else None
        if recalled is not None:
            return Analyzed(document, Verdict(recalled, problems_of(project), is_recalled=True))
        report = project.check_next(
            former,
            document.program,
            document.path,
            top_level_await=document.is_cell,
            is_wanted=_patient(is_wanted),
        )
        found = tuple(one for one in report.diagnostics if document.holds(one.range))
        verdict = Verdict(found, problems_of(project), failures=report.failures)
        return Analyzed(document, verdict, project, report)
    except UnreadableSource as error:
        return Analyzed(document, Verdict(unreadable=f"{where}: {error}"))
    except Exception as error:
        log.exception("the check of %s failed", where)
        return Analyzed(document, Verdict(failures=(f"{where}: internal error: {type(error).__name__}: {error}",)))


def _patient(is_wanted: Callable[[], bool]) -> Callable[[], bool]:
    end: float | None = None

    def is_still_wanted() -> bool:
        nonlocal end
        # What has to be done before the first question is no progress.
        end = end or time.monotonic() + LEAST_SECONDS
        return is_wanted() or time.monotonic() < end

    return is_still_wanted
