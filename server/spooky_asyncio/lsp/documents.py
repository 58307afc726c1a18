"""The texts of the open documents.

pygls ends lines where `str.splitlines` does, so form feeds and Unicode's line separators, which end no line for an
editor or for Python, put its edits in wrong places. Its conversion of columns past the end of a line is off by one too.
"""

from __future__ import annotations

import logging
import os
from collections import UserDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from lsprotocol import types
from pygls.uris import to_fs_path
from pygls.workspace import TextDocument
from pygls.workspace import Workspace as PyglsWorkspace

from spooky_asyncio.lsp.cells import Above, Cell
from spooky_asyncio.lsp.convert import Converter
from spooky_asyncio.lsp.snapshots import Snapshot, key
from spooky_asyncio.source import split_lines

log = logging.getLogger(__name__)

T = TypeVar("T")

SUFFIXES = (".py", ".pyi", ".pyw")
_CELL = "vscode-notebook-cell"
"""The scheme of a notebook's cells; path is the notebook's, and authority says which machine it is on."""


class Document(TextDocument):
    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(split_lines(self.source))

    def apply_change(self, change: types.TextDocumentContentChangeEvent) -> None:
        if isinstance(change, types.TextDocumentContentChangePartial):
            change = types.TextDocumentContentChangeWholeDocument(self._edited(change))
        super().apply_change(change)

    def _edited(self, change: types.TextDocumentContentChangePartial) -> str:
        text = self.source
        encoding = self.position_codec.encoding or types.PositionEncodingKind.Utf16
        converter = Converter.of(text, encoding)
        start, end = sorted((converter.offset(change.range.start), converter.offset(change.range.end)))
        return text[:start] + change.text + text[end:]

    def snapshot(self, notebook: str | None = None, above: Sequence[Document] = ()) -> Snapshot:
        """`notebook` is the URI of the notebook that it is a cell of, after the cells `above`."""
        scheme, _, path, *_ = urlsplit(self.uri)
        if scheme == _CELL or notebook is not None:
            # Some clients show a notebook's cells as documents of their own, and say no more about it.
            place = path_of(notebook or f"file://{path}")
            cells = tuple(Cell(cell.uri, cell.version, cell.source) for cell in above)
            lies = place if place is not None and place.is_absolute() else None
            return Snapshot(self.uri, self.version, self.source, None, lies, is_cell=True, above=Above(cells))
        return Snapshot(self.uri, self.version, self.source, path_of(self.uri))

    @property
    def is_python(self) -> bool:
        """Some clients start one server for several languages, and some name no language at all."""
        return self.language_id in ("python", "", None) or self.uri.endswith(SUFFIXES)


class _ByUri(UserDict[str, T]):
    """Has a value for all spellings of a URI."""

    def __getitem__(self, uri: str) -> T:
        return self.data[key(uri)]

    def __setitem__(self, uri: str, value: T) -> None:
        self.data[key(uri)] = value

    def __delitem__(self, uri: str) -> None:
        del self.data[key(uri)]

    def __contains__(self, uri: object) -> bool:
        return key(str(uri)) in self.data


class Workspace(PyglsWorkspace):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # In place of pygls' own, which know spellings that differ in their escapes only.
        self._text_documents = _ByUri[TextDocument]()  # type: ignore[assignment]
        self._notebook_documents = _ByUri[types.NotebookDocument]()  # type: ignore[assignment]
        self._cell_in_notebook = _ByUri[str]()  # type: ignore[assignment]

    def _create_text_document(
        self, doc_uri: str, source: str | None = None, version: int | None = None, language_id: str | None = None
    ) -> TextDocument:
        return Document(doc_uri, source, version, language_id, position_codec=self.position_codec)

    def put_text_document(self, text_document: types.TextDocumentItem, notebook_uri: str | None = None) -> None:
        if key(text_document.uri) in self.text_documents:
            log.warning("%s was opened while it was open: the new text counts", text_document.uri)
        super().put_text_document(text_document, notebook_uri)

    def update_text_document(
        self, text_doc: types.VersionedTextDocumentIdentifier, change: types.TextDocumentContentChangeEvent
    ) -> None:
        document = self.open_document(text_doc.uri)
        if document is None:
            log.warning("%s was edited while it was not open, which changes nothing", text_doc.uri)
            return
        if document.version is not None and text_doc.version < document.version:
            log.warning("%s went from version %s back to %s", text_doc.uri, document.version, text_doc.version)
        super().update_text_document(text_doc, change)

    def remove_text_document(self, doc_uri: str) -> None:
        if key(doc_uri) not in self.text_documents:
            log.warning("%s was closed while it was not open", doc_uri)
        super().remove_text_document(doc_uri)

    @property
    def open_documents(self) -> list[Document]:
        return [document for document in self.text_documents.values() if isinstance(document, Document)]

    def open_document(self, uri: str) -> Document | None:
        """Unlike `get_text_document`, which makes up a document for a URI that no client has opened."""
        document = self.text_documents.get(key(uri))
        return document if isinstance(document, Document) else None

    def snapshot(self, document: Document) -> Snapshot:
        notebook = self.get_notebook_document(cell_uri=document.uri)
        if notebook is None:
            return document.snapshot()
        cells = self.cells(notebook)
        above = cells[: next((index for index, cell in enumerate(cells) if cell is document), 0)]
        return document.snapshot(notebook.uri, above)

    def cells(self, notebook: types.NotebookDocument) -> list[Document]:
        """Those of a notebook that hold Python, in their order."""
        code = (cell for cell in notebook.cells if cell.kind == types.NotebookCellKind.Code)
        documents = (self.open_document(cell.document) for cell in code)
        return [document for document in documents if document is not None and document.is_python]

    @property
    def folder_paths(self) -> list[Path]:
        uris = [folder.uri for folder in self.folders.values()] or [self.root_uri]
        paths = [path_of(uri) for uri in uris if uri]
        return [path for path in paths if path is not None]


def path_of(uri: str) -> Path | None:
    """The file that a URI is of; None for all others, malformed ones too, and what can be no file's name."""
    try:
        path = to_fs_path(uri)
        is_name = path and b"\0" not in os.fsencode(path)
    except ValueError:
        return None
    return Path(path) if path and is_name else None
