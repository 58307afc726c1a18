"""What the user may do about findings, as the client shows it: fix one, fix all, keep a line as it is.

A client that can wait is told only what there is to choose from, and gets the edit of what was chosen.
"""

from __future__ import annotations

import logging
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcInvalidParams

from spooky_asyncio.lsp.checks import Checked
from spooky_asyncio.lsp.requests import FIX_ALL, QUICK_FIX, REWRITE, BuildEdits, FindOffers, Offer, is_wanted
from spooky_asyncio.lsp.workspace_edits import WorkspaceEdits
from spooky_asyncio.model import Edit
from spooky_asyncio.source import UnreadableSource

log = logging.getLogger(__name__)

KINDS = (QUICK_FIX, REWRITE, FIX_ALL)
APPLY = "spooky.server.applyCodeAction"


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
            raise JsonRpcInvalidParams(f"not the data of a code action: {reprlib.repr(data)}") from error


def any_wanted(only: Sequence[str] | None) -> bool:
    return any(is_wanted(kind, tuple(only) if only is not None else None) for kind in KINDS)


def question(checked: Checked, span: types.Range, only: Sequence[str] | None, making: WorkspaceEdits) -> FindOffers:
    """What is to be asked for the code actions of a place."""
    wanted = tuple(only) if only is not None else None
    return FindOffers(checked.document, checked.converter.from_client(span), wanted, not _waits(making))


def code_actions(checked: Checked, offers: Sequence[Offer], making: WorkspaceEdits) -> list[types.CodeAction]:
    """What was offered, as the client shows it."""
    actions = (_action(offer, checked, making) for offer in offers)
    return [action for action in actions if action is not None]


def as_command(action: types.CodeAction) -> types.Command:
    """For a client to which code actions are commands."""
    chosen = {"title": action.title, "kind": action.kind, "data": action.data}
    return types.Command(action.title, APPLY, arguments=[chosen])


def of_command(chosen: Any) -> types.CodeAction:
    """The action that is meant by the argument of a command. Raises JsonRpcInvalidParams."""
    if not isinstance(chosen, Mapping) or not {"title", "kind", "data"} <= chosen.keys():
        raise JsonRpcInvalidParams(f"not the argument of a code action: {reprlib.repr(chosen)}")
    return types.CodeAction(title=str(chosen["title"]), kind=str(chosen["kind"]), data=chosen["data"])


def chosen_edits(action: types.CodeAction, choice: Choice, checked: Checked | None) -> tuple[Checked, BuildEdits]:
    """What is to be asked for the edits of an action, and what they are about. Raises JsonRpcContentModified when the
    text is not the one that the action was offered for: clients pass over that in silence."""
    if checked is None or checked.document.version != choice.version:
        raise JsonRpcContentModified(f"'{action.title}' was offered for another version of the text")
    kind = action.kind.value if isinstance(action.kind, types.CodeActionKind) else str(action.kind)
    return checked, BuildEdits(checked.document, kind, action.title, choice.findings)


def resolved(
    action: types.CodeAction, edits: Sequence[Edit], checked: Checked, making: WorkspaceEdits
) -> types.CodeAction:
    """An action with its edit. Raises JsonRpcContentModified when other files have changed so that there is nothing to
    do any more."""
    if not edits:
        raise JsonRpcContentModified(f"'{action.title}' is not possible any more")
    action.edit = _edit(action, edits, checked, making)
    return action


def _waits(making: WorkspaceEdits) -> bool:
    """Whether the client asks for the edit of what was chosen."""
    return making.client.resolves_edits or making.client.applies_edits_only


def _action(offer: Offer, checked: Checked, making: WorkspaceEdits) -> types.CodeAction | None:
    shown = dict(checked.findings)
    action = types.CodeAction(
        title=offer.title,
        kind=offer.kind,
        diagnostics=[shown[found] for found in offer.findings if found in shown] or None,
        # Some clients take any value for a yes.
        is_preferred=(making.client.prefers and offer.is_preferred) or None,
    )
    if _waits(making):
        action.data = Choice(checked.document.uri, checked.document.version, offer.names).data
        return action
    try:
        action.edit = _edit(action, offer.edits, checked, making)
    except UnreadableSource as error:
        log.warning("'%s' is not offered: %s", offer.title, error)
        return None
    return action


def _edit(
    action: types.CodeAction, edits: Sequence[Edit], checked: Checked, making: WorkspaceEdits
) -> types.WorkspaceEdit:
    return making.of(edits, checked, action.title if action.kind == REWRITE else None)
