"""Text in, diagnostics out: runs the rules over the life cycles of one file. Does no I/O of its own."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from spooky_asyncio.analysis.callees import Callees, OpenModule
from spooky_asyncio.analysis.lifecycle import LifeCycles
from spooky_asyncio.analysis.occurrences import Mentioning
from spooky_asyncio.fixes.site import Site
from spooky_asyncio.inference import Inference
from spooky_asyncio.model import Diagnostic, Edit, Fix, Range, Severity, Target
from spooky_asyncio.rewriting.edits import merged
from spooky_asyncio.rules import RULES, Finding, Rule
from spooky_asyncio.settings import Settings
from spooky_asyncio.source import Source

log = logging.getLogger(__name__)

_SUPPRESSION = re.compile(r"#\s*spooky:\s*ignore(?:\[([^\]]*)\])?")


@dataclass(frozen=True)
class Report:
    """What the rules say of one version of one file."""

    source: Source
    findings: tuple[tuple[Diagnostic, Finding, Rule], ...] = ()
    failures: tuple[str, ...] = ()
    """A line for each thing that went wrong inside: a file with failures may have more errors than diagnostics."""
    lifecycles: LifeCycles | None = field(default=None, repr=False)
    target: Target = field(default_factory=Target)
    mentioning: Mentioning | None = field(default=None, repr=False)

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """In the order of the text."""
        return [diagnostic for diagnostic, _, _ in self.findings]

    def fixes(self, diagnostic: Diagnostic) -> list[Fix]:
        """The fixes of one of `diagnostics`, built now. The first of them is the preferred one."""
        for known, finding, rule in self.findings:
            if known == diagnostic and self.lifecycles is not None:
                return self._fixes(finding, rule)
        return []

    def _fixes(self, finding: Finding, rule: Rule) -> list[Fix]:
        assert self.lifecycles is not None
        site = Site(finding.node, finding.lives, self.lifecycles, self.target, self.mentioning)
        found: dict[tuple[Edit, ...], Fix] = {}
        for fixer in rule.fixers:
            for fix in fixer(site):
                edits = merged(fix.edits)
                # What two fixers come to alike is offered once.
                found.setdefault(edits, replace(fix, edits=edits, preferred=not found))
        return list(found.values())


def analyze(
    source: Source,
    settings: Settings,
    inference: Inference,
    open_module: OpenModule | None = None,
    target: Target | None = None,
    mentioning: Mentioning | None = None,
) -> Report:
    """Check one file. Never raises for what is in the file: a rule that fails is named in the report's failures."""
    where = source.path or "untitled file"
    try:
        lifecycles = LifeCycles(Callees(source, inference, open_module), inference)
        lifecycles.lives  # noqa: B018 - the analysis runs here, so that its failure is not taken for a rule's
    except Exception as error:
        log.exception("analysis of %s failed", where)
        return Report(source, failures=(f"{where}: internal error in the analysis: {_described(error)}",))
    found: list[tuple[Diagnostic, Finding, Rule]] = []
    failures: list[str] = []
    for rule in RULES:
        severity = settings.severity[rule.name]
        if severity is None:
            continue
        try:
            for finding in rule.check(lifecycles):
                diagnostic = _diagnostic(rule, finding, severity, source)
                if not _is_suppressed(source, diagnostic):
                    found.append((diagnostic, finding, rule))
        except Exception as error:
            log.exception("rule %s failed on %s", rule.name, where)
            failures.append(f"{where}: internal error in {rule.name}: {_described(error)}")
    found.sort(key=lambda item: (item[0].range, item[0].rule))
    return Report(source, tuple(found), tuple(failures), lifecycles, target or Target(), mentioning)


@dataclass(frozen=True)
class Fixed:
    """What came of fixing one file."""

    text: str
    fixes: tuple[tuple[Diagnostic, Fix], ...]
    """Those that were applied, each with the diagnostic that it mends as it stood in the text of its round."""
    report: Report
    """Of the new text."""


MOST_ROUNDS = 50
"""One finding's fix may uncover another; more rounds than this would be fixes that undo one another."""


def fix_all(report: Report, check: Callable[[Source], Report], wanted: Callable[[Diagnostic, Fix], bool]) -> Fixed:
    """Apply the preferred fixes that are wanted, round by round: what overlaps has to wait, and each round is checked.

    Fixes that reach into other files are left alone. A round after which the text has a syntax error is taken back.
    """
    applied: list[tuple[Diagnostic, Fix]] = []
    for _ in range(MOST_ROUNDS):
        chosen = _compatible(report, wanted)
        if not chosen:
            break
        edits = dict.fromkeys(edit for _, fix in chosen for edit in fix.edits)
        fixed = check(Source.from_text(report.source.edited(edits), report.source.path))
        is_broken = fixed.source.syntax_error is not None and report.source.syntax_error is None
        if is_broken or len(fixed.findings) >= len(report.findings):
            if len(chosen) == 1:
                break
            # One of them spoils it for the others.
            chosen = chosen[:1]
            fixed = check(Source.from_text(report.source.edited(chosen[0][1].edits), report.source.path))
            if fixed.source.syntax_error is not None or len(fixed.findings) >= len(report.findings):
                break
        applied += chosen
        report = fixed
    return Fixed(report.source.text, tuple(applied), report)


def _compatible(report: Report, wanted: Callable[[Diagnostic, Fix], bool]) -> list[tuple[Diagnostic, Fix]]:
    """The preferred fixes that are wanted and don't get into one another's way, in the order of the text."""
    chosen: list[tuple[Diagnostic, Fix]] = []
    taken: dict[Range, str] = {}
    for diagnostic in report.diagnostics:
        fix = next(iter(report.fixes(diagnostic)), None)
        if fix is None or not wanted(diagnostic, fix) or any(edit.path is not None for edit in fix.edits):
            continue
        if all(_fits(edit, taken) for edit in fix.edits):
            chosen.append((diagnostic, fix))
            taken.update((edit.range, edit.content) for edit in fix.edits)
    return chosen


def _fits(edit: Edit, taken: Mapping[Range, str]) -> bool:
    """Whether an edit can be made beside others: it is one of them, or touches none."""
    if taken.get(edit.range) == edit.content:
        return True
    return all(edit.range.end < other.start or other.end < edit.range.start for other in taken)


def _diagnostic(rule: Rule, finding: Finding, severity: Severity, source: Source) -> Diagnostic:
    return Diagnostic(
        rule=rule.name,
        message=finding.message,
        range=source.range(finding.node),
        severity=severity,
        url=rule.url,
        related=finding.related,
        complaint=finding.complaint,
    )


def _is_suppressed(source: Source, diagnostic: Diagnostic) -> bool:
    first, last = diagnostic.range.start.line, diagnostic.range.end.line
    for line in {first, last}:
        if "spooky:" not in source.line(line):
            continue
        match = _SUPPRESSION.search(source.comments.get(line, ""))
        if match and (match[1] is None or diagnostic.rule in re.split(r"[\s,]+", match[1].strip())):
            return True
    return False


def _described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]
