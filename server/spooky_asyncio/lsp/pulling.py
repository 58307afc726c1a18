"""Diagnostics as a client asks for them: of one document, or of the whole workspace."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lsprotocol import types

from spooky_asyncio.lsp.snapshots import key


@dataclass(frozen=True)
class Found:
    """The diagnostics of one version of a document; a file that is not open has no version."""

    uri: str
    version: int | None
    diagnostics: Sequence[types.Diagnostic]
    result_id: str = field(init=False)
    """The same for the same diagnostics, so that they need not be told twice."""

    def __post_init__(self) -> None:
        digest = hashlib.blake2b(repr(self.diagnostics).encode("utf-8", "backslashreplace"), digest_size=10)
        object.__setattr__(self, "result_id", digest.hexdigest())


def document_report(found: Found, previous: str | None) -> types.DocumentDiagnosticReport:
    if previous == found.result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(result_id=found.result_id)
    return types.RelatedFullDocumentDiagnosticReport(items=found.diagnostics, result_id=found.result_id)


def workspace_report(
    found: Iterable[Found], previous: Sequence[types.PreviousResultId]
) -> types.WorkspaceDiagnosticReport:
    """Of each document with diagnostics, and of each that the client still takes for one."""
    known = {key(one.uri): one for one in previous}
    return types.WorkspaceDiagnosticReport([*_items(found, known)])


class Parts:
    """A report about the workspace, told part by part as it becomes known. What was told of a document last counts."""

    def __init__(self, send: Callable[[types.WorkspaceDiagnosticReportPartialResult], None]) -> None:
        self._send = send
        self._told: dict[str, types.PreviousResultId] = {}

    def tell(self, found: Found) -> None:
        self._told[key(found.uri)] = types.PreviousResultId(found.uri, found.result_id)
        self._send(types.WorkspaceDiagnosticReportPartialResult([_full(found)]))

    def finish(
        self, found: Iterable[Found], previous: Sequence[types.PreviousResultId]
    ) -> types.WorkspaceDiagnosticReport:
        """Tell the rest, after which nothing is left for the answer itself."""
        report = workspace_report(found, [*previous, *self._told.values()])
        rest = [item for item in report.items if item.kind != "unchanged" or key(item.uri) not in self._told]
        if rest:
            self._send(types.WorkspaceDiagnosticReportPartialResult(rest))
        return types.WorkspaceDiagnosticReport([])


def _items(
    found: Iterable[Found], known: Mapping[str, types.PreviousResultId]
) -> Iterator[types.WorkspaceDocumentDiagnosticReport]:
    remaining = dict(known)
    for one in found:
        before = remaining.pop(key(one.uri), None)
        if before is not None and before.value == one.result_id:
            yield types.WorkspaceUnchangedDocumentDiagnosticReport(
                uri=one.uri, result_id=one.result_id, version=one.version
            )
        elif before is not None or one.diagnostics:
            yield _full(one)
    for gone in remaining.values():
        yield types.WorkspaceFullDocumentDiagnosticReport(uri=gone.uri, items=[])


def _full(found: Found) -> types.WorkspaceFullDocumentDiagnosticReport:
    return types.WorkspaceFullDocumentDiagnosticReport(
        uri=found.uri, items=found.diagnostics, version=found.version, result_id=found.result_id
    )
