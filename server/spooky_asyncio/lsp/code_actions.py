"""The fixes of findings as quick fixes."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from lsprotocol import types

from spooky_asyncio.lsp.checks import Checked
from spooky_asyncio.lsp.client import Client
from spooky_asyncio.model import Diagnostic, Fix

log = logging.getLogger(__name__)

KIND = types.CodeActionKind.QuickFix


def are_wanted(only: Sequence[str] | None) -> bool:
    """A client may ask for some kinds; each stands for its sub-kinds too, the empty one for all."""
    return only is None or any(kind in ("", KIND) for kind in only)


def code_actions(checked: Checked, span: types.Range, client: Client) -> list[types.CodeAction]:
    """The quick fixes of all findings that touch `span`. Runs on the worker thread, as fixes may ask jedi."""
    wanted = checked.converter.from_client(span)
    actions = []
    for diagnostic, shown in checked.findings:
        if diagnostic.range.start <= wanted.end and wanted.start <= diagnostic.range.end:
            actions += [_action(fix, shown, checked, client) for fix in _fixes(checked, diagnostic)]
    return actions


def _fixes(checked: Checked, diagnostic: Diagnostic) -> list[Fix]:
    assert checked.report is not None
    try:
        return checked.report.fixes(diagnostic)
    except Exception:
        # The fixes of other findings are still good.
        log.exception("%s: internal error in the fixes of %s", checked.document.uri, diagnostic.rule)
        return []


def _action(fix: Fix, shown: types.Diagnostic, checked: Checked, client: Client) -> types.CodeAction:
    return types.CodeAction(
        title=fix.title,
        kind=KIND,
        diagnostics=[shown],
        is_preferred=fix.preferred,
        edit=_workspace_edit(fix, checked, client),
    )


def _workspace_edit(fix: Fix, checked: Checked, client: Client) -> types.WorkspaceEdit:
    edits = [types.TextEdit(checked.converter.to_client(edit.range), edit.content) for edit in fix.edits]
    document = checked.document
    if not client.document_changes:
        return types.WorkspaceEdit(changes={document.uri: edits})
    # With its version, so that the client refuses the edit when the text has changed meanwhile.
    identifier = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(identifier, [*edits])])
