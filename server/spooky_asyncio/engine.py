"""Text in, diagnostics out, or fixed text: runs the rules over the life cycles of one file. Does no I/O of its own."""

from __future__ import annotations

import ast
import logging
import sys
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TypeAlias

from spooky_asyncio.analysis.callees import Callees, OtherFiles
from spooky_asyncio.analysis.lifecycle import LifeCycles
from spooky_asyncio.analysis.occurrences import Mentioning
from spooky_asyncio.inference import Inference
from spooky_asyncio.model import Applicability, Diagnostic, Edit, Fix, Range, Severity, Target
from spooky_asyncio.revision import Revision
from spooky_asyncio.rules import RULES, Finding, LifeRule, Rule, unused_suppression
from spooky_asyncio.settings import Settings
from spooky_asyncio.source import Source, UnreadableSource
from spooky_asyncio.suppression.suppressions import Suppressions

log = logging.getLogger(__name__)

DEEPEST = 3000
"""Calls within calls. CPython takes code that is nested more deeply than its own limit of 1000 lets anybody walk it."""


@dataclass(frozen=True, eq=False)
class Found:
    """A diagnostic, and how its fixes are built for the report that it is in."""

    diagnostic: Diagnostic
    fixes: Callable[[Report], Iterable[Fix]]

    def order(self) -> tuple[Range, str]:
        return self.diagnostic.range, self.diagnostic.rule


@dataclass(frozen=True)
class Report:
    """What the rules say of one version of one file."""

    source: Source
    found: tuple[Found, ...] = ()
    """What the rules have found, in the order of the text."""
    unused: tuple[Found, ...] = ()
    """The suppressions that were of no use."""
    silenced: frozenset[ast.expr] = frozenset()
    """What findings stand on that somebody wants ignored."""
    failures: tuple[str, ...] = ()
    """A line for each thing that went wrong inside: a file with failures may have more errors than diagnostics."""
    lifecycles: LifeCycles | None = field(default=None, repr=False)
    target: Target = field(default_factory=Target)
    mentioning: Mentioning | None = field(default=None, repr=False)
    prepare: Callable[[], object] = field(default=lambda: None, repr=False, compare=False)
    """Has inference read the text, so that it can answer when other versions of it have been read meanwhile."""
    again: Callable[[], Report] | None = field(default=None, repr=False, compare=False)
    """Analyzes the same text from the beginning."""
    basis: object = field(default=None, repr=False, compare=False)
    """What else it rests on, for whoever checks the next version of the text."""
    is_revision: bool = False
    """Only what has changed since a former version was analyzed."""
    is_partial: bool = False
    """It was given up, and is good for nothing but for the next version to go on from."""
    _kept: dict[Diagnostic, list[Fix]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _preferred: dict[Diagnostic, Fix | None] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def complete(self) -> Report:
        """The same with a tree of its own, all of it analyzed: fixes look at everything. In a revision the tree is that
        of former versions too, and of later ones, which take it over."""
        is_complete = self.again is None or (not self.is_revision and self.source.owns_tree)
        return self if is_complete else self._analyzed_again

    @cached_property
    def _analyzed_again(self) -> Report:
        assert self.again is not None
        return self.again()

    @cached_property
    def findings(self) -> tuple[Found, ...]:
        """In the order of the text. Where something failed, what it would have found may be what a suppression is
        for."""
        if self.failures or not self.unused:
            return self.found
        return tuple(sorted((*self.found, *self.unused), key=Found.order))

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """In the order of the text."""
        return [found.diagnostic for found in self.findings]

    @cached_property
    def _by_diagnostic(self) -> dict[Diagnostic, Found]:
        return {found.diagnostic: found for found in reversed(self.findings)}

    def fixes(self, diagnostic: Diagnostic) -> list[Fix]:
        """The fixes of one of `diagnostics`, built when they are asked for first. The first is the preferred one."""
        if diagnostic not in self._kept:
            self._kept[diagnostic] = list(self.build_fixes(diagnostic))
        return self._kept[diagnostic]

    def preferred_fix(self, diagnostic: Diagnostic) -> Fix | None:
        """The first of `fixes`, without building the others."""
        if diagnostic in self._kept:
            return next(iter(self._kept[diagnostic]), None)
        if diagnostic not in self._preferred:
            self._preferred[diagnostic] = next(self.build_fixes(diagnostic), None)
        return self._preferred[diagnostic]

    def build_fixes(self, diagnostic: Diagnostic) -> Iterator[Fix]:
        """The same as `fixes`, by what the project's other files say now."""
        # Imported here, as the fixes are in `_fixes_of`: who only wants to know what is wrong need not wait for it.
        from spooky_asyncio.rewriting.edits import merged
        from spooky_asyncio.rewriting.layout import laid_out

        report = self.complete
        found = report._by_diagnostic.get(diagnostic)
        seen: set[tuple[Edit, ...]] = set()
        for fix in found.fixes(report) if found is not None else ():
            edits = laid_out(merged(fix.edits), report.source, report.target.line_length)
            # What two fixers come to alike is offered once.
            if edits not in seen:
                yield replace(fix, edits=edits, preferred=not seen)
                seen.add(edits)


@dataclass(frozen=True)
class Former:
    """What was known of the version of a file before a revision of it, which was applied."""

    lifecycles: LifeCycles
    revision: Revision
    same_answers: bool
    """Whether inference answers about what was not edited as before."""


def analyze(
    source: Source,
    settings: Settings,
    inference: Inference,
    others: OtherFiles | None = None,
    target: Target | None = None,
    mentioning: Mentioning | None = None,
    former: Former | None = None,
    is_wanted: Callable[[], bool] = lambda: True,
    read: Callees | None = None,
) -> Report:
    """Check one file. Never raises for what is in the file: a rule that fails is named in the report's failures. It is
    given up soon after it is not wanted any more. `read` is what was read of this very source for other files."""
    where = source.path or "untitled file"
    # For good, as fixes are built later on. It is what jedi asks for, so that it is known to be safe.
    sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEPEST))
    try:
        if former is None:
            lifecycles = LifeCycles(read or Callees(source, inference, others, settings.keepers), inference)
        else:
            lifecycles = former.lifecycles.revised(former.revision, inference, same_answers=former.same_answers)
        # The analysis runs here, so that its failure is not taken for a rule's.
        if not lifecycles.look(is_wanted):
            return Report(source, lifecycles=lifecycles, is_revision=former is not None, is_partial=True)
    except Exception as error:
        log.exception("analysis of %s failed", where)
        return Report(source, failures=(f"{where}: internal error in the analysis: {_described(error)}",))
    suppressions = Suppressions(source, settings.peer_suppressions)
    all_found, failures = _checked_by_all(lifecycles, settings)
    found: list[Found] = []
    silenced: set[ast.expr] = set()
    diagnostics = [diagnostic for _, _, diagnostic in all_found]
    for rule, finding, diagnostic in all_found:
        if suppressions.silence(diagnostic, diagnostics):
            silenced.add(finding.node)
        else:
            found.append(Found(diagnostic, partial(_fixes_of, finding, rule)))
    found.sort(key=Found.order)
    unused: list[Found] = []
    if suppressions.own and not failures:
        try:
            unused += _unused(suppressions, lifecycles, found, settings)
        except Exception as error:
            log.exception("rule %s failed on %s", unused_suppression.RULE.name, where)
            failures.append(f"{where}: internal error in {unused_suppression.RULE.name}: {_described(error)}")
    return Report(
        source,
        tuple(found),
        tuple(unused),
        frozenset(silenced),
        tuple(failures),
        lifecycles,
        target or Target(),
        mentioning,
        is_revision=former is not None,
    )


def _checked_by_all(
    lifecycles: LifeCycles, settings: Settings
) -> tuple[list[tuple[LifeRule, Finding, Diagnostic]], list[str]]:
    """What the rules find, and a line for each that fails."""
    source = lifecycles.source
    found: list[tuple[LifeRule, Finding, Diagnostic]] = []
    failures: list[str] = []
    for rule in RULES:
        severity = settings.severity[rule.name]
        if severity is None:
            continue
        try:
            for finding in rule.check(lifecycles):
                found.append((rule, finding, _diagnostic(rule, finding, severity, source)))
        except Exception as error:
            where = source.path or "untitled file"
            log.exception("rule %s failed on %s", rule.name, where)
            failures.append(f"{where}: internal error in {rule.name}: {_described(error)}")
    return found, failures


def _fixes_of(finding: Finding, rule: LifeRule, report: Report) -> Iterator[Fix]:
    from spooky_asyncio.fixes.by_rule import FIXERS
    from spooky_asyncio.fixes.site import Site

    assert report.lifecycles is not None
    site = Site(finding.node, finding.lives, report.lifecycles, report.target, report.mentioning, report.silenced)
    for fixer in FIXERS[rule.name]:
        yield from fixer(site)


def _unused(
    suppressions: Suppressions, lifecycles: LifeCycles, found: Iterable[Found], settings: Settings
) -> Iterator[Found]:
    """The suppressions that nothing was found for, of which nobody knows while the text is broken."""
    rule, source = unused_suppression.RULE, lifecycles.source
    severity = settings.severity[rule.name]
    if severity is None or source.syntax_error is not None:
        return
    known = [rule.name for rule in RULES]
    judging = [name for name in known if settings.severity[name] is not None]
    shown = [one.diagnostic for one in found]
    for unused in unused_suppression.check(suppressions, lifecycles, shown, judging, known):
        diagnostic = Diagnostic(rule.name, unused.message, unused.range, severity, rule.url)
        if not suppressions.silence(diagnostic):
            yield Found(diagnostic, partial(_kept_fixes, unused.fixes))


def _kept_fixes(fixes: Sequence[Fix], _: Report) -> Sequence[Fix]:
    return fixes


@dataclass(frozen=True)
class Fixed:
    """What came of fixing one file."""

    text: str
    fixes: tuple[tuple[Diagnostic, Fix], ...]
    """Those that were applied, each with the diagnostic that it mends as it stood in the text of its round."""
    report: Report
    """Of the new text."""


_Mend: TypeAlias = "tuple[Diagnostic, Fix]"
_Complaint: TypeAlias = "tuple[str, str]"
_Check: TypeAlias = Callable[[Source], Report]
_Wanted: TypeAlias = Callable[[Diagnostic, Fix], bool]

MOST_ROUNDS = 50
"""What overlaps has to wait for another round; more rounds than this would be fixes that undo one another."""
MOST_FOLLOWED = 3
"""How often a fix may do no more than uncover the next finding, as where a coroutine returns a coroutine."""


def fix_all(report: Report, check: _Check, wanted: _Wanted) -> Fixed:
    """Apply the preferred fixes that are wanted, round by round: what overlaps has to wait, and each round is checked.

    Fixes that somebody has to look at are left alone, and so is each that does not leave fewer findings behind: after
    it, or after those that mend what it has uncovered. No text that compiled is made one that does not.
    """
    return _fixed(report, check, wanted, None, MOST_FOLLOWED)


def suppress_all(report: Report, check: _Check, wanted: Callable[[Diagnostic], bool]) -> Fixed:
    """Write comments that silence the findings that are wanted. As with fixes, none stays that is of no use."""
    report = report.complete
    applied: list[_Mend] = []
    for _ in range(MOST_ROUNDS):
        chosen = _compatible(report, lambda diagnostic, _: wanted(diagnostic), _ignored)
        step = _mended(report, chosen, check)
        if step is None:
            break
        applied += step.fixes
        report = step.report
    return Fixed(report.source.text, tuple(applied), report)


def _ignored(report: Report, diagnostic: Diagnostic) -> Fix | None:
    from spooky_asyncio.suppression.edits import suppress

    others = (other for other in report.diagnostics if other != diagnostic)
    edit = suppress(diagnostic, report.source, others, report.target.line_length)
    return None if edit is None else Fix(f"Ignore {diagnostic.rule}", (edit,), Applicability.SAFE)


def _fixed(report: Report, check: _Check, wanted: _Wanted, only: Container[_Complaint] | None, follow: int) -> Fixed:
    """As `fix_all`, of some complaints only, with fixes that uncover others followed so many times."""
    report = report.complete
    applied: list[_Mend] = []
    for _ in range(MOST_ROUNDS):
        chosen = _compatible(report, lambda item, fix: (only is None or _complaint(item) in only) and wanted(item, fix))
        step = _mended(report, chosen, check) or (_followed(report, chosen, check, wanted, follow) if follow else None)
        if step is None:
            break
        applied += step.fixes
        report = step.report
    return Fixed(report.source.text, tuple(applied), report)


def _preferred(report: Report, diagnostic: Diagnostic) -> Fix | None:
    try:
        return report.preferred_fix(diagnostic)
    except Exception:
        # The finding stays, and whoever shows it says that its fixes failed.
        log.exception("the fixes of %s failed on %s", diagnostic.rule, report.source.path or "untitled file")
        return None


def _compatible(
    report: Report, wanted: _Wanted, fix_of: Callable[[Report, Diagnostic], Fix | None] = _preferred
) -> list[_Mend]:
    """The fixes that are wanted and don't get into one another's way, in the order of the text."""
    chosen: list[_Mend] = []
    taken: dict[Range, str] = {}
    for diagnostic in report.diagnostics:
        fix = fix_of(report, diagnostic)
        if fix is None or fix.wants_a_look or not wanted(diagnostic, fix):
            continue
        if all(_fits(edit, taken) for edit in fix.edits):
            chosen.append((diagnostic, fix))
            taken.update((edit.range, edit.content) for edit in fix.edits)
    return chosen


def _mended(report: Report, chosen: Sequence[_Mend], check: _Check) -> Fixed | None:
    """Apply those of the fixes that each leave a finding less: all at once if they do, else without the ones that spoil
    it, which are searched by halves."""
    kept: list[_Mend] = []
    reached = report
    pending = [chosen] if chosen else []
    while pending:
        group = pending.pop()
        fixed = _applied(report, [*kept, *group], check)
        if fixed is not None and len(fixed.findings) <= len(reached.findings) - len(group):
            kept += group
            reached = fixed
        elif len(group) > 1:
            half = len(group) // 2
            pending += [group[half:], group[:half]]
    return Fixed(reached.source.text, tuple(kept), reached) if kept else None


def _followed(report: Report, chosen: Iterable[_Mend], check: _Check, wanted: _Wanted, follow: int) -> Fixed | None:
    """Apply the first of the fixes that uncovers findings whose fixes then leave fewer than there were before it."""
    before = Counter(map(_complaint, report.diagnostics))
    for mend in chosen:
        uncovering = _applied(report, [mend], check)
        if uncovering is None:
            continue
        risen = Counter(map(_complaint, uncovering.diagnostics)) - before
        then = _fixed(uncovering, check, wanted, risen, follow - 1)
        if len(then.report.findings) < len(report.findings):
            return Fixed(then.text, (mend, *then.fixes), then.report)
    return None


def _complaint(diagnostic: Diagnostic) -> _Complaint:
    """What stays the same of a diagnostic when the text around it changes."""
    return diagnostic.rule, diagnostic.message


def _applied(report: Report, chosen: Sequence[_Mend], check: _Check) -> Report | None:
    """The report after the fixes; None where they break the text, or where it can't be known what they do."""
    edits = dict.fromkeys(edit for _, fix in chosen for edit in fix.edits)
    try:
        source = Source.from_text(report.source.edited(edits), report.source.path)
    except UnreadableSource:
        return None
    top_level_await = report.target.top_level_await
    if source.compiles(top_level_await) < report.source.compiles(top_level_await):
        return None
    fixed = check(source)
    # Where something fails there are fewer findings too.
    return fixed if len(fixed.failures) <= len(report.failures) else None


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


def _described(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "the code is too deeply nested"
    return f"{type(error).__name__}: {error}".splitlines()[0]
