"""What the client can do, as far as it matters here."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types
from pygls.capabilities import get_capability


@dataclass(frozen=True)
class Client:
    encoding: str = types.PositionEncodingKind.Utf16
    related_information: bool = False
    tags: bool = False
    links_codes: bool = False
    """Whether it shows where a diagnostic's code is explained."""
    versions: bool = False
    """Whether it looks at which version of a document diagnostics are of."""
    prefers: bool = False
    """Whether it knows of code actions that are the preferred ones."""
    document_changes: bool = False
    change_annotations: bool = False
    resolves_edits: bool = False
    applies_edits_only: bool = False
    """Whether a code action is to it a command, after which it is sent the edit."""
    markdown: bool = True
    configuration: bool = False
    watches_files: bool = False
    pulls: bool = False
    """Whether it asks for diagnostics, and need not be sent any."""
    refreshes: bool = False
    """Whether it can be asked to ask again."""
    shows_progress: bool = False

    @classmethod
    def of(cls, capabilities: types.ClientCapabilities, encoding: str) -> Client:
        return cls(
            encoding,
            related_information=_of_diagnostics(capabilities, "related_information"),
            tags=_shows_tags(capabilities),
            links_codes=_of_diagnostics(capabilities, "code_description_support"),
            versions=bool(get_capability(capabilities, "text_document.publish_diagnostics.version_support")),
            prefers=bool(get_capability(capabilities, "text_document.code_action.is_preferred_support")),
            document_changes=bool(get_capability(capabilities, "workspace.workspace_edit.document_changes")),
            change_annotations=(
                get_capability(capabilities, "workspace.workspace_edit.change_annotation_support") is not None
            ),
            applies_edits_only=_applies_edits_only(capabilities),
            resolves_edits=_resolves_edits(capabilities),
            markdown=_prefers_markdown(capabilities),
            configuration=bool(get_capability(capabilities, "workspace.configuration")),
            pulls=get_capability(capabilities, "text_document.diagnostic") is not None,
            refreshes=bool(get_capability(capabilities, "workspace.diagnostics.refresh_support")),
            shows_progress=bool(get_capability(capabilities, "window.work_done_progress")),
            watches_files=bool(get_capability(capabilities, "workspace.did_change_watched_files.dynamic_registration")),
        )


def _of_diagnostics(capabilities: types.ClientCapabilities, name: str) -> bool:
    """Whether it can do something with diagnostics that it is sent, or that it asks for."""
    ways = ("text_document.publish_diagnostics", "text_document.diagnostic")
    return any(get_capability(capabilities, f"{way}.{name}") for way in ways)


def _shows_tags(capabilities: types.ClientCapabilities) -> bool:
    sent = get_capability(capabilities, "text_document.publish_diagnostics.tag_support.value_set")
    pulled = get_capability(capabilities, "text_document.diagnostic.tag_support.value_set")
    return types.DiagnosticTag.Unnecessary in (*(sent or ()), *(pulled or ()))


def _applies_edits_only(capabilities: types.ClientCapabilities) -> bool:
    """So it is with old clients that say so. One that says nothing of either is trusted to know code actions."""
    knows_literals = get_capability(capabilities, "text_document.code_action.code_action_literal_support") is not None
    return bool(get_capability(capabilities, "workspace.apply_edit")) and not knows_literals


def _resolves_edits(capabilities: types.ClientCapabilities) -> bool:
    """Whether it asks for the edit of a code action when the user has chosen it."""
    keeps_data = get_capability(capabilities, "text_document.code_action.data_support")
    resolved = get_capability(capabilities, "text_document.code_action.resolve_support.properties")
    return bool(keeps_data) and "edit" in (resolved or ())


def _prefers_markdown(capabilities: types.ClientCapabilities) -> bool:
    """The formats of hovers come in the client's order of preference."""
    formats = get_capability(capabilities, "text_document.hover.content_format")
    return not formats or formats[0] == types.MarkupKind.Markdown
