"""Findings in the protocol's terms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lsprotocol import types
from pygls.uris import from_fs_path

from spooky_asyncio.lsp.client import Client
from spooky_asyncio.lsp.convert import Converter, part_at
from spooky_asyncio.lsp.snapshots import Snapshot
from spooky_asyncio.model import Diagnostic, Related, Severity
from spooky_asyncio.source import UnreadableSource, read_text
from spooky_asyncio.suppression import UNUSED

SOURCE = "spooky"

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFORMATION: types.DiagnosticSeverity.Information,
    Severity.HINT: types.DiagnosticSeverity.Hint,
}


def to_protocol(
    diagnostic: Diagnostic,
    document: Snapshot,
    converter: Converter,
    client: Client,
    overlay: Callable[[Path], str | None] = lambda path: None,
) -> types.Diagnostic:
    """`overlay` knows the texts that stand in for those of files."""
    told = diagnostic.related if client.related_information else ()
    related = [_related(one, document, converter, overlay) for one in told]
    return types.Diagnostic(
        range=converter.to_client(diagnostic.range),
        message=diagnostic.message,
        severity=_SEVERITIES[diagnostic.severity],
        code=diagnostic.rule,
        code_description=types.CodeDescription(diagnostic.url) if client.links_codes else None,
        source=SOURCE,
        # Shown faded: it can go without a loss.
        tags=[types.DiagnosticTag.Unnecessary] if client.tags and diagnostic.rule == UNUSED else None,
        related_information=related or None,
    )


def _related(
    related: Related, document: Snapshot, converter: Converter, overlay: Callable[[Path], str | None]
) -> types.DiagnosticRelatedInformation:
    uri, _, converter = part_at(document, related.range, converter.encoding)
    if related.path is not None and related.path != document.path:
        uri = from_fs_path(str(related.path)) or uri
        converter = _converter_of(related.path, converter.encoding, overlay)
    return types.DiagnosticRelatedInformation(types.Location(uri, converter.to_client(related.range)), related.message)


def _converter_of(path: Path, encoding: str, overlay: Callable[[Path], str | None]) -> Converter:
    """For another file, whose lines must be known to count its columns as the client does."""
    text = overlay(path)
    try:
        return Converter.of(read_text(path) if text is None else text, encoding)
    except UnreadableSource:
        return Converter((), encoding)
