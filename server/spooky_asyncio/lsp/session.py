"""The state of one session with a client, and what features share."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from importlib import metadata
from typing import Any, ParamSpec

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcException, JsonRpcInternalError, PyglsError
from pygls.lsp.server import LanguageServer

from spooky_asyncio.lsp import configuration, logs
from spooky_asyncio.lsp.checks import Checked, Checks, check, log_failure
from spooky_asyncio.lsp.client import Client
from spooky_asyncio.lsp.documents import Snapshot, Workspace, key
from spooky_asyncio.lsp.projects import Projects
from spooky_asyncio.lsp.protocol import Protocol
from spooky_asyncio.lsp.workspace_edits import WorkspaceEdits

log = logging.getLogger(__name__)

P = ParamSpec("P")

NAME = "spooky-asyncio"

_NOTEBOOKS = types.NotebookDocumentSyncOptions(
    notebook_selector=[
        types.NotebookDocumentFilterWithCells(cells=[types.NotebookCellLanguage("python")], notebook="jupyter-notebook")
    ],
    save=True,
)


class SpookyServer(LanguageServer):
    protocol: Protocol

    def __init__(self) -> None:
        super().__init__(NAME, version(), protocol_cls=Protocol, notebook_document_sync=_NOTEBOOKS)
        self.client = Client()
        self.checks = Checks(self._check, self._show)
        self.has_settings = False
        """Whether the client has sent the editor's settings without being asked."""
        self.was_shut_down = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._projects = Projects()
        self._overrides: Any = {}
        self._told: set[str] = set()

    def begin(self, options: Any) -> None:
        """The client has said what it can do and, in `options`, the editor's settings."""
        encoding = self.protocol.replace_workspace().position_encoding or types.PositionEncodingKind.Utf16
        self.client = Client.of(self.client_capabilities, encoding)
        self._loop = asyncio.get_running_loop()
        logs.to_client(self._log)
        self.checks.start()
        self.has_settings = options is not None
        self.use_settings(configuration.overrides(options))

    def use_settings(self, overrides: Any) -> None:
        self._overrides = overrides
        self.reload_projects()

    def reload_projects(self) -> None:
        """Read the projects' settings anew, and check by them what is open."""
        configured = self.checks.run(self._projects.configure, self._documents.folder_paths, self._overrides)
        self.checks.spawn(self._tell_when(configured))
        self.check_open_documents()

    async def pull_settings(self) -> None:
        sections = await self.workspace_configuration_async(configuration.PULL)
        pulled = configuration.overrides(sections[0] if sections else None)
        if pulled != self._overrides:
            self.use_settings(pulled)

    def check(self, uri: str) -> None:
        document = self._documents.open_document(uri)
        if document is not None and document.is_python:
            snapshot = self._documents.snapshot(document)
            self._tell_projects(self._projects.open, snapshot)
            self.checks.submit(snapshot)

    def check_notebook(self, uri: str, edited: Sequence[str] | None = None) -> None:
        """Check the cells of a notebook; of one in which only some were edited, these first, and then those below."""
        notebook = self._documents.get_notebook_document(notebook_uri=uri)
        if notebook is None:
            return
        uris = [cell.uri for cell in self._documents.cells(notebook)]
        if edited is not None:
            changed = [cell for cell in uris if key(cell) in set(map(key, edited))]
            below = uris[min(map(uris.index, changed)) :] if changed else []
            uris = list(dict.fromkeys((*changed, *below)))
        for cell in uris:
            self.check(cell)

    def files_changed(self, first: str | None = None) -> None:
        """Check anew what is open, as it may import what has changed on disk."""
        self._tell_projects(self._projects.refresh)
        self.check_open_documents(first)

    def check_open_documents(self, first: str | None = None) -> None:
        """Check all of them, that of the URI `first` before the others."""
        if first is not None:
            self.check(first)
        for document in self._documents.open_documents:
            if document.uri != first:
                self.check(document.uri)

    def clear(self, uri: str) -> None:
        """A document was closed: what was found in it is no longer the client's business."""
        document = self.checks.close(uri)
        if document is not None:
            self._tell_projects(self._projects.close, document)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def report_server_error(self, error: Exception, source: type[PyglsError] | type[JsonRpcException]) -> None:
        """What goes wrong between pygls and the client is for the log, not for a message box."""
        if isinstance(error, JsonRpcContentModified):
            # Told to the client, who goes on typing.
            log.info("%s", error)
            return
        # A message that could not be sent is on stderr already, and a log message would not get through either.
        if source is not JsonRpcInternalError:
            log.error("%s: %s", source.__name__, error)

    @property
    def workspace_edits(self) -> WorkspaceEdits:
        return WorkspaceEdits(self.client, self._projects.open_document)

    @property
    def _documents(self) -> Workspace:
        assert isinstance(self.workspace, Workspace)
        return self.workspace

    def _tell_projects(self, change: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        self.checks.run(change, *args, **kwargs).add_done_callback(log_failure)

    async def _tell_when(self, configured: asyncio.Future[tuple[str, ...]]) -> None:
        self._tell(await configured)

    def _check(self, document: Snapshot) -> Checked:
        return check(document, self._projects, self.client)

    def _show(self, checked: Checked) -> None:
        diagnostics = [shown for _, shown in checked.findings]
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(checked.document.uri, diagnostics, checked.document.version)
        )
        self._tell(checked.problems)

    def _tell(self, problems: tuple[str, ...]) -> None:
        """Tell the user what is wrong with the settings, each thing once."""
        for problem in problems:
            if problem not in self._told:
                self._told.add(problem)
                log.warning(problem)
                self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"Spooky: {problem}"))

    def _log(self, params: types.LogMessageParams) -> None:
        """May be called on any thread, and at any time."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._send_log, params)

    def _send_log(self, params: types.LogMessageParams) -> None:
        if not self.was_shut_down:
            self.window_log_message(params)


def version() -> str:
    try:
        return metadata.version(NAME)
    except metadata.PackageNotFoundError:
        import spooky_asyncio

        return str(getattr(spooky_asyncio, "__version__", "unknown"))
