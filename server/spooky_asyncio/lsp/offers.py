"""What there is to do about findings: fix one, fix all, keep a line as it is."""

from __future__ import annotations

import ast
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from spooky_asyncio.engine import Report, fix_all
from spooky_asyncio.lsp.requests import FIX_ALL, QUICK_FIX, REWRITE, Offer, is_wanted, name
from spooky_asyncio.model import Applicability, Diagnostic, Edit, Fix, FixKind, Range
from spooky_asyncio.rewriting.edits import difference
from spooky_asyncio.suppression.edits import suppress

if TYPE_CHECKING:
    from spooky_asyncio.lsp.analyst import Analyzed

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class _Unbuilt:
    """An offer, and what builds its edits."""

    offer: Offer
    build: Callable[[], Sequence[Edit]]


def offers(analyzed: Analyzed, span: Range, only: tuple[str, ...] | None, with_edits: bool) -> tuple[Offer, ...]:
    """In the order of the menu."""
    here = [found for found in analyzed.diagnostics if found.range.start <= span.end and span.start <= found.range.end]
    unbuilt = _offers(analyzed, here, lambda kind: is_wanted(kind, only))
    if not with_edits:
        return tuple(one.offer for one in unbuilt)
    built = (replace(one.offer, edits=tuple(_unless_it_fails(analyzed, one.build) or ())) for one in unbuilt)
    return tuple(offer for offer in built if offer.edits)


def build_edits(analyzed: Analyzed, kind: str, title: str, findings: tuple[str, ...]) -> tuple[Edit, ...]:
    """Those of the offer of this kind and title, about the findings of these names; none if there is no such offer."""
    about = [found for found in analyzed.diagnostics if name(found) in findings]
    for one in _offers(analyzed, about, lambda wanted: wanted == kind):
        if one.offer.title == title and one.offer.names == findings and (edits := one.build()):
            return tuple(edits)
    return ()


def _offers(analyzed: Analyzed, findings: Sequence[Diagnostic], wants: Callable[[str], bool]) -> Iterator[_Unbuilt]:
    """The fixes of each finding, those of all of its kind, and then to leave it at that."""
    report = analyzed.report
    if report is None:
        return
    for found in findings:
        for fix in _unless_it_fails(analyzed, report.fixes, found) or ():
            kind = REWRITE if fix.kind is FixKind.REWRITE else QUICK_FIX
            if wants(kind) and _fits(fix, analyzed):
                yield _Unbuilt(
                    Offer(fix.title, kind, (found,), fix.preferred), partial(_edits_of, fix, found, analyzed)
                )
    if wants(QUICK_FIX):
        yield from _all_of_a_rule(analyzed, report, findings)
        yield from _ignored(report, findings)
    if wants(FIX_ALL):
        yield from _all_safe(analyzed, report)


def _edits_of(fix: Fix, diagnostic: Diagnostic, analyzed: Analyzed) -> Sequence[Edit]:
    if _stays_here(fix):
        return fix.edits
    # Since it was offered the other files may have changed, without a word from the client where they are not open.
    assert analyzed.report is not None
    assert analyzed.project is not None
    analyzed.project.forget()
    again = (one for one in analyzed.report.build_fixes(diagnostic) if (one.kind, one.title) == (fix.kind, fix.title))
    return next((one.edits for one in again), ())


def _stays_here(fix: Fix, analyzed: Analyzed | None = None) -> bool:
    """Whether a fix needs no second look, and changes but the one file, or the one cell that was checked."""
    return fix.kind is FixKind.QUICK_FIX and all(
        edit.path is None and (analyzed is None or analyzed.document.holds(edit.range)) for edit in fix.edits
    )


def _fits(fix: Fix, analyzed: Analyzed) -> bool:
    """Whether a fix leaves the cells above alone, but for an import that belongs there."""
    others = [edit for edit in fix.edits if edit.path is None and not analyzed.document.holds(edit.range)]
    return all(_is_import(edit) and analyzed.document.above.is_python(edit.range.start.line) for edit in others)


def _is_import(edit: Edit) -> bool:
    try:
        statements = ast.parse(edit.content.strip()).body
    except SyntaxError:
        return False
    return all(isinstance(statement, (ast.Import, ast.ImportFrom)) for statement in statements)


def _all_of_a_rule(analyzed: Analyzed, report: Report, findings: Sequence[Diagnostic]) -> Iterator[_Unbuilt]:
    """The preferred fixes of all findings of a rule: the user asks for just these, so they need not be safe."""
    for rule in dict.fromkeys(found.rule for found in findings):
        fixes = list(_preferred_fixes(analyzed, report, rule))
        if len(fixes) < 2:
            continue
        unsafe = any(fix.applicability is not Applicability.SAFE for fix in fixes)
        title = f"Fix all {len(fixes)} of {rule} in this {'cell' if analyzed.document.is_cell else 'file'}"
        shown = f"{title} (not all fixes are safe)" if unsafe else title
        about = tuple(found for found in findings if found.rule == rule)
        yield _Unbuilt(Offer(shown, QUICK_FIX, about), partial(_fix_all, analyzed, report, rule, unsafe))


def _all_safe(analyzed: Analyzed, report: Report) -> Iterator[_Unbuilt]:
    if any(fix.applicability is Applicability.SAFE for fix in _preferred_fixes(analyzed, report)):
        offer = Offer("Spooky: Fix all that is safe to fix", FIX_ALL)
        yield _Unbuilt(offer, partial(_fix_all, analyzed, report, None, False))


def _preferred_fixes(analyzed: Analyzed, report: Report, rule: str | None = None) -> Iterator[Fix]:
    """What there is to fix at once, of one rule or of all. Nothing where the text has a syntax error: it is about to
    change."""
    if report.source.syntax_error is not None:
        return
    for diagnostic in analyzed.diagnostics:
        if rule is None or diagnostic.rule == rule:
            fix = _unless_it_fails(analyzed, report.preferred_fix, diagnostic)
            if fix is not None and _stays_here(fix, analyzed):
                yield fix


def _fix_all(analyzed: Analyzed, report: Report, rule: str | None, unsafe: bool) -> Sequence[Edit]:
    def is_wanted(diagnostic: Diagnostic, fix: Fix) -> bool:
        return (
            (rule is None or diagnostic.rule == rule)
            and (unsafe or fix.applicability is Applicability.SAFE)
            and analyzed.document.holds(diagnostic.range)
            and _stays_here(fix, analyzed)
        )

    if (rule, unsafe) not in analyzed.all_fixed:
        assert analyzed.project is not None
        check = partial(analyzed.project.check, top_level_await=analyzed.document.is_cell)
        with analyzed.project.trying(report):
            fixed = fix_all(report, check, is_wanted)
        analyzed.all_fixed[rule, unsafe] = difference(report.source, fixed.text)
    return analyzed.all_fixed[rule, unsafe]


def _ignored(report: Report, findings: Iterable[Diagnostic]) -> Iterator[_Unbuilt]:
    """One offer for each comment: findings on one line share it."""
    silenced: dict[tuple[str, Edit], list[Diagnostic]] = {}
    for diagnostic in findings:
        edit = suppress(diagnostic, report.source, (one for one in report.diagnostics if one != diagnostic))
        if edit is not None:
            silenced.setdefault((diagnostic.rule, edit), []).append(diagnostic)
    for (rule, edit), those in silenced.items():
        yield _Unbuilt(Offer(f"Ignore for this line: {rule}", QUICK_FIX, tuple(those)), partial(tuple, (edit,)))


def _unless_it_fails(analyzed: Analyzed, build: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """What else there is to offer is still good."""
    try:
        return build(*args, **kwargs)
    except Exception as error:
        log.exception("%s: internal error in fixes: %s: %s", analyzed.document.uri, type(error).__name__, error)
        return None
