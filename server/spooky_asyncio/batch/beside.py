"""What was seen at run time, beside what is found by reading: the same error in the words of both, or why only one of
them knows of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from spooky_asyncio.batch.check import Checker
from spooky_asyncio.batch.outcome import Failure, Finding
from spooky_asyncio.batch.verdict import verdicts
from spooky_asyncio.engine import Report
from spooky_asyncio.model import Diagnostic, Position, Range, Related, Severity
from spooky_asyncio.rules import RULES, rule_named
from spooky_asyncio.runtime.complaints import (
    COROUTINE_NEVER_AWAITED,
    TASK_EXCEPTION_NEVER_RETRIEVED,
    TASK_NEVER_AWAITED,
    Complaint,
    Place,
)
from spooky_asyncio.runtime.places import is_own
from spooky_asyncio.source import Source
from spooky_asyncio.suppression.suppressions import Suppressions
from spooky_asyncio.workspace.files import is_excluded
from spooky_asyncio.workspace.project import Project

_OF_LIVES = frozenset(rule.name for rule in RULES)
_NOWHERE = "no line of the program made it, or nobody knows which"
_NOT_READ = "the file was not checked"


@dataclass(frozen=True)
class Sighting:
    """One error: seen at run time, found by reading, or both."""

    finding: Finding | None
    """What was found there by reading; else what was seen, put as a finding without fixes. None if no line is known."""
    complaint: Complaint | None
    times: int
    """How often it was seen."""
    is_read: bool
    """Whether reading finds it."""
    reason: str = ""
    """Why only one of them knows of it."""

    @property
    def rule(self) -> str:
        if self.finding is not None:
            return self.finding.diagnostic.rule
        assert self.complaint is not None
        return self.complaint.rule


@dataclass
class Comparison:
    sightings: list[Sighting] = field(default_factory=list)
    """By path, then by place; those without a place at the end."""
    silenced: int = 0
    """What was seen in lines whose comments keep it quiet, and of rules that are off."""
    failures: list[Failure] = field(default_factory=list)

    @property
    def seen(self) -> list[Sighting]:
        return [sighting for sighting in self.sightings if sighting.complaint is not None]


def compare(
    complaints: Mapping[Complaint, int],
    checker: Checker,
    files: Iterable[Path] = (),
    made: Collection[tuple[str, int]] = (),
) -> Comparison:
    """Check the files that complaints are about, and `files`, of which all findings count.

    `complaints` has how often each was heard, `made` the files and lines that are known to have made tasks.
    """
    comparison = Comparison()
    whole = {file for file in files if not is_excluded(file, checker.projects.around(file))}
    of_file: dict[Path, list[Complaint]] = {file: [] for file in sorted(whole)}
    elsewhere = []
    for complaint in complaints:
        file = _file(complaint.place)
        if file is None:
            elsewhere.append(complaint)
        else:
            of_file.setdefault(file, []).append(complaint)
    for file, heard in of_file.items():
        reading = _Reading(file, checker, heard)
        comparison.failures += [one for one in reading.failures if one not in comparison.failures]
        comparison.silenced += sum(complaints[complaint] for complaint in reading.silenced)
        # What a library calls was made by no line of the program: it is known by its name.
        nameless = [complaint for complaint in elsewhere if reading.match(complaint)]
        elsewhere = [complaint for complaint in elsewhere if complaint not in nameless]
        comparison.sightings += reading.sightings(complaints, nameless, file in whole, made)
    for complaint in elsewhere:
        comparison.sightings.append(Sighting(None, complaint, complaints[complaint], False, _NOWHERE))
    return comparison


def _file(place: Place | None) -> Path | None:
    return Path(place.file) if place is not None and Path(place.file).is_file() else None


class _Reading:
    """What reading says of one file, and of what was seen in it."""

    def __init__(self, file: Path, checker: Checker, heard: Iterable[Complaint]) -> None:
        self._file = file
        self._heard = list(heard)
        self.silenced: list[Complaint] = []
        self._reasons: dict[Complaint, str] = {}
        self._lines: list[str] = []
        self.failures: list[Failure] = []
        self.findings: list[Finding] = []
        if is_own(str(file)):
            outcome = checker.check(file, self._look)
            self.failures = outcome.failures
            self.findings = [one for one in outcome.findings if one.diagnostic.rule in _OF_LIVES]

    def sightings(
        self,
        times: Mapping[Complaint, int],
        nameless: Iterable[Complaint],
        is_whole: bool,
        made: Collection[tuple[str, int]],
    ) -> list[Sighting]:
        found: list[Sighting] = []
        seen: list[Finding] = []
        for complaint in (*self._heard, *nameless):
            if complaint in self.silenced:
                continue
            finding = self.match(complaint)
            if finding is not None:
                seen.append(finding)
                found.append(Sighting(finding, complaint, times[complaint], True))
            else:
                reason = self._reasons.get(complaint, _NOT_READ)
                found.append(Sighting(self._as_finding(complaint), complaint, times[complaint], False, reason))
        unseen = [finding for finding in self.findings if finding not in seen] if is_whole else []
        found += [Sighting(finding, None, 0, True, self._why_unseen(finding, made)) for finding in unseen]
        return sorted(found, key=_place)

    def match(self, complaint: Complaint) -> Finding | None:
        """The finding that is about the same as a complaint."""
        if complaint.place is None or Path(complaint.place.file) != self._file:
            said = f"RuntimeWarning: {complaint.message}"
            return next((one for one in self.findings if one.diagnostic.complaint == said), None)
        fitting = [one for one in self.findings if _is_at(complaint.place.line - 1, one.diagnostic)]
        # The rule may be the step before: what was never awaited has not been read either.
        fitting.sort(key=lambda one: (one.diagnostic.rule != complaint.rule, not _names(one.diagnostic, complaint)))
        return fitting[0] if fitting else None

    def _look(self, project: Project, report: Report) -> Report:
        self._lines = report.source.lines
        suppressions = Suppressions(report.source, project.settings.peer_suppressions)
        quiet = {line for node in report.silenced for line in _lines_of(report.source.range(node))}
        for complaint in self._heard:
            seen = self._as_finding(complaint).diagnostic
            is_off = project.settings.severity[complaint.rule] is None
            if is_off or seen.range.start.line in quiet or suppressions.silence(seen):
                self.silenced.append(complaint)
            else:
                self._reasons[complaint] = _why_unread(report, complaint, project)
        return report

    def _as_finding(self, complaint: Complaint) -> Finding:
        assert complaint.place is not None
        rule = rule_named(complaint.rule)
        assert rule is not None
        self._lines = self._lines or _lines(self._file)
        line = complaint.place.line - 1
        text = self._lines[line].rstrip() if line < len(self._lines) else ""
        span = Range(Position(line, len(text) - len(text.lstrip())), Position(line, len(text)))
        raised = complaint.raised
        related = []
        if raised is not None and raised != complaint.place:
            start = Position(raised.line - 1, 0)
            related.append(Related("the exception was raised here", Range(start, start), Path(raised.file)))
        diagnostic = Diagnostic(rule.name, complaint.message, span, Severity.WARNING, rule.url, tuple(related))
        return Finding(self._file, self._lines, diagnostic, ())

    def _why_unseen(self, finding: Finding, made: Collection[tuple[str, int]]) -> str:
        places = {line for file, line in made if Path(file) == self._file}
        was_made = any(line + 1 in places for line in _lines_of(finding.diagnostic.range))
        if finding.diagnostic.rule == COROUTINE_NEVER_AWAITED:
            return "the program did not come this way this time"
        if finding.diagnostic.rule == TASK_NEVER_AWAITED and was_made:
            return "this time the task had come to its end before the program did"
        if finding.diagnostic.rule == TASK_EXCEPTION_NEVER_RETRIEVED:
            return "none of these tasks failed this time"
        return "the program did not come this way this time"


def _why_unread(report: Report, complaint: Complaint, project: Project) -> str:
    assert complaint.place is not None
    all_there = verdicts(report, complaint.place.line - 1, project.settings)
    told = [one for one in all_there if one.story.steps]
    named = [one for one in told if one.story.name == complaint.name]
    for verdict in named or told or all_there:
        story = verdict.story
        last = f"{story.steps[-1].text}: " if story.steps else f"'{story.subject}' {story.origin}: "
        return last + verdict.silence
    return "no call in this line makes it in a way that can be seen"


def _lines(file: Path) -> list[str]:
    try:
        return Source.from_file(file).lines
    except Exception:
        # The line is shown without its text.
        return []


def _lines_of(span: Range) -> range:
    return range(span.start.line, span.end.line + 1)


def _is_at(line: int, diagnostic: Diagnostic) -> bool:
    """Whether a finding is on a line, or about something that is made there."""
    is_of_wait = diagnostic.rule == TASK_EXCEPTION_NEVER_RETRIEVED
    made = [related.range for related in diagnostic.related if related.path is None] if is_of_wait else []
    return any(line in _lines_of(span) for span in (diagnostic.range, *made))


def _names(diagnostic: Diagnostic, complaint: Complaint) -> bool:
    return bool(complaint.name) and complaint.name.rpartition(".")[2] in diagnostic.message


def _place(sighting: Sighting) -> tuple[Range, str]:
    assert sighting.finding is not None
    return sighting.finding.diagnostic.range, sighting.rule
