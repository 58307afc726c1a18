"""Edits of the model as the one edit that a client applies as a whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from lsprotocol import types
from pygls.uris import from_fs_path

from spooky_asyncio.lsp.checks import Checked
from spooky_asyncio.lsp.client import Client
from spooky_asyncio.lsp.convert import Converter, part_at
from spooky_asyncio.lsp.snapshots import Snapshot
from spooky_asyncio.model import Edit
from spooky_asyncio.source import read_text


@dataclass(frozen=True)
class WorkspaceEdits:
    client: Client
    opened: Callable[[Path], Snapshot | None]
    """The document that a file is open as, if it is."""

    def of(self, edits: Iterable[Edit], checked: Checked, confirm: str | None = None) -> types.WorkspaceEdit:
        """Edits of a checked document and of other files. With `confirm`, which says what they are for, the client is
        to show each and to ask before it makes them, if it can. Raises UnreadableSource."""
        changes = [
            change
            for path, of_file in groupby(edits, key=lambda edit: edit.path)
            for change in self._changes(path, of_file, checked)
        ]
        if not self.client.document_changes:
            return types.WorkspaceEdit(changes={change.uri: change.plain for change in changes})
        if confirm is None or not self.client.change_annotations:
            return types.WorkspaceEdit(document_changes=[change.of_document(change.plain) for change in changes])
        return _annotated(changes, checked, confirm)

    def _changes(self, path: Path | None, edits: Iterable[Edit], checked: Checked) -> Iterator[_Change]:
        """The edits of a file: of several documents, where it is a notebook. A closed file has no version."""
        document = checked.document if path is None else self.opened(path)
        if document is None:
            assert path is not None
            text = read_text(path)
            yield _Change(from_fs_path(str(path)) or "", None, Converter.of(text, self.client.encoding), tuple(edits))
            return
        parts: dict[str, _Change] = {}
        for edit in edits:
            uri, version, converter = part_at(document, edit.range, self.client.encoding)
            before = parts[uri].edits if uri in parts else ()
            parts[uri] = _Change(uri, version, converter, (*before, edit))
        yield from parts.values()


@dataclass(frozen=True)
class _Change:
    """The edits of one document."""

    uri: str
    version: int | None
    converter: Converter
    edits: tuple[Edit, ...]

    @property
    def plain(self) -> list[types.TextEdit]:
        return [self.converter.edit(edit) for edit in self.edits]

    def of_document(self, edits: Sequence[types.TextEdit | types.AnnotatedTextEdit]) -> types.TextDocumentEdit:
        # With its version, so that the client refuses the edit when the text has changed meanwhile.
        return types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(self.uri, self.version), [*edits])


def _annotated(changes: Iterable[_Change], checked: Checked, purpose: str) -> types.WorkspaceEdit:
    annotations: dict[str, types.ChangeAnnotation] = {}
    documents = []
    for change in changes:
        edits = []
        for edit, plain in zip(change.edits, change.plain, strict=True):
            name = f"{edit.label or purpose} ({change.uri})"
            annotations[name] = types.ChangeAnnotation(edit.label or purpose, True, _shown(edit.path, checked))
            edits.append(types.AnnotatedTextEdit(name, plain.range, plain.new_text))
        documents.append(change.of_document(edits))
    return types.WorkspaceEdit(document_changes=documents, change_annotations=annotations)


def _shown(path: Path | None, checked: Checked) -> str:
    """A file as the user knows it: by its path in the project."""
    path = path or checked.document.place
    if path is None:
        return checked.document.uri
    project = checked.verdict.project
    if project is not None and path.is_relative_to(project.root):
        return os.fspath(path.relative_to(project.root))
    return os.fspath(path)
