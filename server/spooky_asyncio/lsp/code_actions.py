"""What the user may do about findings: fix one, fix all, keep a line as it is.

A client that can wait is told only what there is to choose from, and gets the edit of what was chosen.
"""

from __future__ import annotations

import ast
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ParamSpec, TypeAlias, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcInvalidParams

from spooky_asyncio.engine import Report, fix_all
from spooky_asyncio.lsp.checks import Checked
from spooky_asyncio.lsp.workspace_edits import WorkspaceEdits
from spooky_asyncio.model import Applicability, Diagnostic, Edit, Fix, FixKind
from spooky_asyncio.rewriting.edits import difference
from spooky_asyncio.suppression.edits import suppress

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
Found: TypeAlias = tuple[Diagnostic, types.Diagnostic]
"""A finding, and what the client was told of it."""

QUICK_FIX = types.CodeActionKind.QuickFix.value
REWRITE = types.CodeActionKind.RefactorRewrite.value
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.spooky"
KINDS = (QUICK_FIX, REWRITE, FIX_ALL)
APPLY = "spooky.server.applyCodeAction"


@dataclass(frozen=True)
class Offer:
    """A code action of which the edits are not built yet. They may come out empty: then there is nothing to do."""

    title: str
    kind: str
    edits: Callable[[], Sequence[Edit]]
    findings: tuple[Found, ...] = ()
    """Those that it is about."""
    is_preferred: bool = False


@dataclass(frozen=True)
class Choice:
    """What a client sends back to have an offer's edits: enough to find the offer again."""

    uri: str
    version: int | None
    findings: tuple[str, ...]

    @property
    def data(self) -> dict[str, Any]:
        return {"uri": self.uri, "version": self.version, "findings": self.findings}

    @classmethod
    def of(cls, action: types.CodeAction) -> Choice | None:
        """None for an action that has its edit. Raises JsonRpcInvalidParams."""
        data: Any = action.data
        if data is None:
            return None
        try:
            return cls(str(data["uri"]), data["version"], tuple(data["findings"]))
        except (KeyError, TypeError) as error:
            raise JsonRpcInvalidParams(f"not the data of a code action: {data!r}") from error


def any_wanted(only: Sequence[str] | None) -> bool:
    return any(is_wanted(kind, only) for kind in KINDS)


def is_wanted(kind: str, only: Sequence[str] | None) -> bool:
    """A client may ask for some kinds; each stands for its sub-kinds too, the empty one for all."""
    return only is None or any(asked == "" or f"{kind}.".startswith(f"{asked}.") for asked in only)


def code_actions(
    checked: Checked, span: types.Range, only: Sequence[str] | None, making: WorkspaceEdits
) -> list[types.CodeAction]:
    """What there is to do about the findings that touch `span`, and about the whole document. Runs on the worker
    thread, as fixes may ask jedi."""
    wanted = checked.converter.from_client(span)
    here = [
        (found, shown)
        for found, shown in checked.findings
        if found.range.start <= wanted.end and wanted.start <= found.range.end
    ]
    offers = _offers(checked, here, lambda kind: is_wanted(kind, only))
    actions = (_action(offer, checked, making) for offer in offers)
    return [action for action in actions if action is not None]


def as_command(action: types.CodeAction) -> types.Command:
    """For a client to which code actions are commands."""
    chosen = {"title": action.title, "kind": action.kind, "data": action.data}
    return types.Command(action.title, APPLY, arguments=[chosen])


def of_command(chosen: Any) -> types.CodeAction:
    """The action that is meant by the argument of a command. Raises JsonRpcInvalidParams."""
    if not isinstance(chosen, Mapping) or not {"title", "kind", "data"} <= chosen.keys():
        raise JsonRpcInvalidParams(f"not the argument of a code action: {chosen!r}")
    return types.CodeAction(title=str(chosen["title"]), kind=str(chosen["kind"]), data=chosen["data"])


def resolved(
    action: types.CodeAction, choice: Choice, checked: Checked | None, making: WorkspaceEdits
) -> types.CodeAction:
    """An action with its edit. Runs on the worker thread.

    Raises JsonRpcContentModified when the text is not the one that the action was offered for, or when other files
    have changed so that there is nothing to do any more: clients pass over that in silence.
    """
    if checked is None or checked.document.version != choice.version:
        raise JsonRpcContentModified(f"'{action.title}' was offered for another version of the text")
    findings = [found for found in checked.findings if _name(found) in choice.findings]
    for offer in _offers(checked, findings, lambda kind: kind == action.kind):
        if offer.title == action.title and _names(offer) == choice.findings:
            action.edit = _edit(offer, checked, making)
            if action.edit is not None:
                return action
    raise JsonRpcContentModified(f"'{action.title}' is not possible any more")


def _action(offer: Offer, checked: Checked, making: WorkspaceEdits) -> types.CodeAction | None:
    action = types.CodeAction(
        title=offer.title,
        kind=offer.kind,
        diagnostics=[shown for _, shown in offer.findings] or None,
        # Some clients take any value for a yes.
        is_preferred=offer.is_preferred or None,
    )
    if making.client.resolves_edits or making.client.applies_edits_only:
        action.data = Choice(checked.document.uri, checked.document.version, _names(offer)).data
        return action
    action.edit = _unless_it_fails(checked, _edit, offer, checked, making)
    return action if action.edit is not None else None


def _edit(offer: Offer, checked: Checked, making: WorkspaceEdits) -> types.WorkspaceEdit | None:
    edits = offer.edits()
    return making.of(edits, checked, offer.title if offer.kind == REWRITE else None) if edits else None


def _names(offer: Offer) -> tuple[str, ...]:
    return tuple(map(_name, offer.findings))


def _name(found: Found) -> str:
    diagnostic, _ = found
    start, end = diagnostic.range.start, diagnostic.range.end
    return f"{diagnostic.rule} {start.line}:{start.column}-{end.line}:{end.column}"


def _offers(checked: Checked, findings: Sequence[Found], wants: Callable[[str], bool]) -> Iterator[Offer]:
    """In the order of the menu: the fixes of each finding, those of all of its kind, and then to leave it at that."""
    report = checked.report
    if report is None:
        return
    for found in findings:
        for fix in _unless_it_fails(checked, report.fixes, found[0]) or ():
            kind = REWRITE if fix.kind is FixKind.REWRITE else QUICK_FIX
            if wants(kind) and _fits(fix, checked):
                yield Offer(fix.title, kind, partial(_edits_of, fix, found[0], checked), (found,), fix.preferred)
    if wants(QUICK_FIX):
        yield from _all_of_a_rule(checked, report, findings)
        yield from _ignored(report, findings)
    if wants(FIX_ALL):
        yield from _all_safe(checked, report)


def _edits_of(fix: Fix, diagnostic: Diagnostic, checked: Checked) -> Sequence[Edit]:
    if _stays_here(fix):
        return fix.edits
    # Since it was offered the other files may have changed, without a word from the client where they are not open.
    assert checked.report is not None
    assert checked.project is not None
    checked.project.forget()
    again = (one for one in checked.report.build_fixes(diagnostic) if (one.kind, one.title) == (fix.kind, fix.title))
    return next((one.edits for one in again), ())


def _stays_here(fix: Fix, checked: Checked | None = None) -> bool:
    """Whether a fix needs no second look, and changes but the one file, or the one cell that was checked."""
    return fix.kind is FixKind.QUICK_FIX and all(
        edit.path is None and (checked is None or checked.document.holds(edit.range)) for edit in fix.edits
    )


def _fits(fix: Fix, checked: Checked) -> bool:
    """Whether a fix leaves the cells above alone, but for an import that belongs there."""
    others = [edit for edit in fix.edits if edit.path is None and not checked.document.holds(edit.range)]
    return all(_is_import(edit) and checked.document.above.is_python(edit.range.start.line) for edit in others)


def _is_import(edit: Edit) -> bool:
    try:
        statements = ast.parse(edit.content.strip()).body
    except SyntaxError:
        return False
    return all(isinstance(statement, (ast.Import, ast.ImportFrom)) for statement in statements)


def _all_of_a_rule(checked: Checked, report: Report, findings: Sequence[Found]) -> Iterator[Offer]:
    """The preferred fixes of all findings of a rule: the user asks for just these, so they need not be safe."""
    for rule in dict.fromkeys(found.rule for found, _ in findings):
        fixes = list(_preferred_fixes(checked, report, rule))
        if len(fixes) < 2:
            continue
        unsafe = any(fix.applicability is not Applicability.SAFE for fix in fixes)
        title = f"Fix all {len(fixes)} of {rule} in this {'cell' if checked.document.is_cell else 'file'}"
        yield Offer(
            f"{title} (not all fixes are safe)" if unsafe else title,
            QUICK_FIX,
            partial(_fix_all, checked, report, rule, unsafe),
            tuple(found for found in findings if found[0].rule == rule),
        )


def _all_safe(checked: Checked, report: Report) -> Iterator[Offer]:
    if any(fix.applicability is Applicability.SAFE for fix in _preferred_fixes(checked, report)):
        yield Offer("Spooky: Fix all that is safe to fix", FIX_ALL, partial(_fix_all, checked, report, None, False))


def _preferred_fixes(checked: Checked, report: Report, rule: str | None = None) -> Iterator[Fix]:
    """What there is to fix at once, of one rule or of all. Nothing where the text has a syntax error: it is about to
    change."""
    if report.source.syntax_error is not None:
        return
    for diagnostic, _ in checked.findings:
        if rule is None or diagnostic.rule == rule:
            fix = _unless_it_fails(checked, report.preferred_fix, diagnostic)
            if fix is not None and _stays_here(fix, checked):
                yield fix


def _fix_all(checked: Checked, report: Report, rule: str | None, unsafe: bool) -> Sequence[Edit]:
    def is_wanted(diagnostic: Diagnostic, fix: Fix) -> bool:
        return (
            (rule is None or diagnostic.rule == rule)
            and (unsafe or fix.applicability is Applicability.SAFE)
            and checked.document.holds(diagnostic.range)
            and _stays_here(fix, checked)
        )

    if (rule, unsafe) not in checked.all_fixed:
        assert checked.project is not None
        check = partial(checked.project.check, top_level_await=checked.document.is_cell)
        with checked.project.trying(report):
            fixed = fix_all(report, check, is_wanted)
        checked.all_fixed[rule, unsafe] = difference(report.source, fixed.text)
    return checked.all_fixed[rule, unsafe]


def _ignored(report: Report, findings: Iterable[Found]) -> Iterator[Offer]:
    """One offer for each comment: findings on one line share it."""
    silenced: dict[tuple[str, Edit], list[Found]] = {}
    for found in findings:
        diagnostic = found[0]
        edit = suppress(diagnostic, report.source, (one for one in report.diagnostics if one != diagnostic))
        if edit is not None:
            silenced.setdefault((diagnostic.rule, edit), []).append(found)
    for (rule, edit), those in silenced.items():
        yield Offer(f"Ignore for this line: {rule}", QUICK_FIX, partial(tuple, (edit,)), tuple(those))


def _unless_it_fails(checked: Checked, build: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """What else there is to offer is still good."""
    try:
        return build(*args, **kwargs)
    except Exception as error:
        log.exception("%s: internal error in fixes: %s: %s", checked.document.uri, type(error).__name__, error)
        return None
