"""The state of one session with a client, and what features share."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import dropwhile
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcContentModified,
    JsonRpcException,
    JsonRpcInternalError,
    JsonRpcParseError,
    PyglsError,
)
from pygls.lsp.server import LanguageServer

from spooky_asyncio import __version__
from spooky_asyncio.batch.outcome import Overrides
from spooky_asyncio.lsp import configuration, logs
from spooky_asyncio.lsp.checks import Checked, Checks, log_failure
from spooky_asyncio.lsp.client import Client
from spooky_asyncio.lsp.documents import SUFFIXES, Workspace, path_of
from spooky_asyncio.lsp.misconfigured import misconfigured
from spooky_asyncio.lsp.progress import Progress, summary
from spooky_asyncio.lsp.protocol import Protocol, RequestFailed
from spooky_asyncio.lsp.pulling import Found, Parts, document_report, workspace_report
from spooky_asyncio.lsp.requests import Configure, Configured, ProjectProblems, Refresh, Request
from spooky_asyncio.lsp.snapshots import Snapshot, key
from spooky_asyncio.lsp.whole_workspace import Job, WholeWorkspace
from spooky_asyncio.lsp.worker import Lost, Worker
from spooky_asyncio.lsp.workspace_edits import WorkspaceEdits
from spooky_asyncio.settings import EditorSettings
from spooky_asyncio.source import UnreadableSource, read_text
from spooky_asyncio.workspace.foreign import lifeless

log = logging.getLogger(__name__)

T = TypeVar("T")

NAME = "spooky-asyncio"

_NOTEBOOKS = types.NotebookDocumentSyncOptions(
    notebook_selector=[
        types.NotebookDocumentFilterWithCells(cells=[types.NotebookCellLanguage("python")], notebook="jupyter-notebook")
    ],
    save=True,
)


_SERVER_CANCELLED = -32802
"""The protocol's code for a request that the client may ask again."""

REFRESH_SECONDS = 0.1
"""What has changed in so many seconds is asked for at once."""


class SpookyServer(LanguageServer):
    protocol: Protocol

    def __init__(self, worker: Worker | None = None) -> None:
        super().__init__(NAME, __version__, protocol_cls=Protocol, notebook_document_sync=_NOTEBOOKS)
        self.client = Client()
        self._worker = worker or Worker()
        self.checks = Checks(self._worker, lambda: self.client, self._show)
        self.has_settings = False
        """Whether the client has sent the editor's settings without being asked."""
        self.was_shut_down = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._settings = EditorSettings()
        self._told: set[str] = set()
        self._workspace_check = WholeWorkspace(self._show_file)
        self._configuring: asyncio.Task[None] | None = None
        self._enabled: tuple[Path, ...] = ()
        """The folders in which anything is checked at all."""
        self._to_check: tuple[Path, ...] = ()
        """The folders of which all files are checked, open or not."""
        self._pulls_workspace = False
        self._telling: set[Parts] = set()
        """The reports about the workspace that are told in parts just now."""
        self._misconfigured: dict[str, Found] = {}
        self._spelled: dict[str, str] = {}
        """The URIs under which the client was sent findings that are still there, by their keys."""
        self._answered: dict[str, tuple[int | None, str]] = {}
        """The versions and results that the client has got of the documents that it asked for."""
        self._refreshing: asyncio.Task[None] | None = None
        self._edits = 0
        self._seen_edits: dict[str, int] = {}
        """How many edits of any document there were when one was checked."""

    def begin(self, options: Any) -> None:
        """The client has said what it can do and, in `options`, the editor's settings."""
        encoding = self.protocol.replace_workspace().position_encoding or types.PositionEncodingKind.Utf16
        self.client = Client.of(self.client_capabilities, encoding)
        self._loop = asyncio.get_running_loop()
        logs.forward(self._log)
        self._worker.show = self._show_from_anywhere
        self.checks.start()
        self.has_settings = options is not None
        self.use_settings(configuration.said(options))

    def end(self) -> None:
        """The client has said that it needs no more answers."""
        self.was_shut_down = True
        self._workspace_check.stop()
        self.protocol.cancel_requests()

    async def ask(self, request: Request[T]) -> T:
        """For the answer to a request of the client. Raises RequestFailed."""
        try:
            return await self.checks.ask(request)
        except Lost as error:
            raise RequestFailed(str(error)) from error

    def use_settings(self, settings: EditorSettings) -> None:
        self._settings = settings
        self.reload_projects()

    def reload_projects(self) -> None:
        """Read the projects' settings anew, and check by them what is open."""
        configured = self.checks.ask(Configure(tuple(self._documents.folder_paths), self._settings))
        self._configuring = self.checks.spawn(self._use(configured))
        self.check_open_documents()

    async def pull_settings(self) -> None:
        folders = [folder.uri for folder in self._documents.folders.values()]
        sections = await self.workspace_configuration_async(configuration.questions(folders))
        pulled = configuration.answered(sections, folders)
        if pulled != self._settings:
            self.use_settings(pulled)

    def edited(self, edited: types.VersionedTextDocumentIdentifier) -> None:
        self._edits += 1
        document = self._documents.open_document(edited.uri)
        if document is not None:
            # Of an edit without a change, pygls takes no notice.
            document.version = edited.version
        self.check(edited.uri)

    def check(self, uri: str, *, later: bool = False) -> None:
        document = self._documents.open_document(uri)
        if document is not None and document.is_python:
            snapshot = self._documents.snapshot(document)
            self._seen_edits[key(uri)] = self._edits
            self.checks.submit(snapshot, later=later)

    def check_notebook(self, uri: str, edited: Sequence[str] | None = None) -> None:
        """Check the cells of a notebook; where only some were edited, these at once, and later those below."""
        notebook = self._documents.get_notebook_document(notebook_uri=uri)
        if notebook is None:
            return
        uris = [cell.uri for cell in self._documents.cells(notebook)]
        at_once = set(map(key, edited or ()))
        if edited is not None:
            uris = [*dropwhile(lambda cell: key(cell) not in at_once, uris)]
        for cell in uris:
            self.check(cell, later=key(cell) not in at_once)

    def saved(self, uri: str) -> None:
        """A document was saved. That its file has changed is told once more by a client that watches the files of its
        folders, which is soon enough."""
        self._keep_if_saved(uri)
        self._workspace_check.is_fresh = False
        path = path_of(uri)
        folders = self._documents.folder_paths if self.client.watches_files else []
        if path is None or not configuration.is_watched(path, folders):
            self.files_changed(first=uri)

    def files_changed(self, first: str | None = None) -> None:
        """Check anew what is open, as it may import what has changed on disk."""
        self.checks.ask(Refresh()).add_done_callback(log_failure)
        self.check_open_documents(first)
        self._workspace_check.is_fresh = False
        if self._to_check:
            self._workspace_check.submit(self._job(self._to_check))

    def check_open_documents(self, first: str | None = None) -> None:
        """Check all of them, that of the URI `first` at once."""
        if first is not None:
            self.check(first)
        for document in self._documents.open_documents:
            if first is None or key(document.uri) != key(first):
                self.check(document.uri, later=first is not None)

    def clear(self, uri: str) -> None:
        """A document was closed: what was found in it is no longer the client's business."""
        self._keep_if_saved(uri)
        self.checks.close(uri)
        self._answered.pop(key(uri), None)
        self._seen_edits.pop(key(uri), None)
        found = None if self._pulls_workspace else self._workspace_check.found.get(key(uri))
        self._publish(found or self._misconfigured.get(key(uri)) or Found(uri, None, ()))

    def _keep_if_saved(self, uri: str) -> None:
        """What the check of the workspace has found in a file may be mended by now."""
        checked = self.checks.last(uri)
        if key(uri) in self._workspace_check.found and checked is not None and checked.is_saved:
            self._workspace_check.keep(replace(_found(checked), version=None))

    async def check_workspace(self) -> str:
        """Check all files of all folders, with the client showing how far that is; returns what came of it."""
        await self._have_settings()
        if not self._documents.folder_paths:
            return "No folder is open, so there is no workspace to check."
        if not self._enabled:
            return "Spooky is switched off in this workspace: see the setting 'enable'."
        folders = self._enabled
        progress = await Progress.of(self, "Spooky: checking the workspace", self._workspace_check.stop)
        self.protocol.when_cancelled(self._workspace_check.stop)
        told = await self._workspace_check.check(self._job(folders), progress.report)
        said = summary(told, self._workspace_check.found.values())
        progress.end(said)
        return said

    async def document_report(self, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        """What is found in the newest text of a document, or in that of a file that is not open."""
        uri = params.text_document.uri
        document = self._documents.open_document(uri)
        if document is not None and self._seen_edits.get(key(uri)) != self._edits:
            # Another one was edited, which it may import.
            self.check(uri)
        checked = await self.checks.fresh(uri)
        if document is None:
            checked = await self._check_file(uri)
        found = _found(checked) if checked is not None else Found(uri, None, ())
        if self._documents.open_document(uri) is not None:
            if key(uri) not in self._answered and key(uri) in self._workspace_check.found and not self._pulls_workspace:
                # Who asks for what is in a document need not have what was sent of its file too.
                self._publish(Found(uri, None, ()))
            self._answered[key(uri)] = (found.version, found.result_id)
        return document_report(found, params.previous_result_id)

    async def workspace_report(self, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        """What is found in all files of all folders, by the texts of those that are open."""
        # Settings that come later might say that nobody asks.
        await self._have_settings()
        if not self._pulls_workspace:
            self._pulls_workspace = True
            # What it asks for is not sent besides.
            for found in self._workspace_check.found.values():
                self._publish(Found(found.uri, None, ()))
        token = params.partial_result_token
        parts = Parts(lambda part: self.progress(types.ProgressParams(token, part))) if token is not None else None
        # Who can't say what changes on disk may have changed anything.
        if self._enabled and not (self._workspace_check.is_fresh and self.client.watches_files):
            progress = Progress(self, params.work_done_token)
            progress.begin("Spooky: checking the workspace")
            self._telling |= {parts} if parts is not None else set()
            try:
                told = await self._workspace_check.check(self._job(self._enabled), progress.report)
            finally:
                self._telling -= {parts}
            progress.end(summary(told, self._workspace_check.found.values()))
            if told.outcome is None:
                # Nothing is known of what was not checked: it must not be taken for clean.
                retrigger = types.DiagnosticServerCancellationData(retrigger_request=True)
                raise JsonRpcException("the check was not done", code=_SERVER_CANCELLED, data=retrigger)
        opened = [document.uri for document in self._documents.open_documents if document.is_python]
        checked = [await self.checks.fresh(uri) for uri in opened]
        of_open = {key(one.document.uri): _found(one) for one in checked if one is not None}
        of_files = {uri: one for uri, one in self._workspace_check.found.items() if uri not in of_open}
        everything = [*of_open.values(), *of_files.values()]
        tell = workspace_report if parts is None else parts.finish
        return tell(everything, params.previous_result_ids)

    def report_server_error(self, error: Exception, source: type[PyglsError] | type[JsonRpcException]) -> None:
        """What goes wrong between pygls and the client is for the log, not for a message box."""
        if isinstance(error, JsonRpcContentModified):
            # Told to the client, who goes on typing.
            log.info("%s", error)
            return
        if source is JsonRpcException and isinstance(error, JsonRpcException):
            # It was refused by the protocol, which has said so.
            return
        if source is JsonRpcException and isinstance(error, (ValueError, RecursionError)):
            # Of what was read: no text, no JSON, or nested deeper than any message.
            log.warning("passed over a message that is no JSON: %s", error)
            self.protocol.refuse(None, JsonRpcParseError(f"no JSON: {error}"))
            return
        # A message that could not be sent is on stderr already, and a log message would not get through either.
        if source is not JsonRpcInternalError:
            log.error("%s: %s", source.__name__, error)

    @property
    def workspace_edits(self) -> WorkspaceEdits:
        return WorkspaceEdits(self.client, self.checks.opened)

    @property
    def _documents(self) -> Workspace:
        assert isinstance(self.workspace, Workspace)
        return self.workspace

    async def _use(self, configuring: asyncio.Future[Configured]) -> None:
        configured = await configuring
        logs.tell(configured.log_level)
        self._tell(configured.problems)
        for project in configured.projects:
            self._tell(project.problems)
        self._show_misconfigured(configured.projects)
        self._enabled = configured.enabled
        self._to_check = configured.to_check
        if self._to_check or self._workspace_check.is_awaited:
            self._workspace_check.submit(self._job(self._to_check or self._enabled))
        else:
            self._workspace_check.clear()
            # Who asked while there was something to ask for is sent again what comes of a command.
            self._pulls_workspace = False

    def _show_misconfigured(self, projects: Iterable[ProjectProblems]) -> None:
        now = {key(found.uri): found for found in map(misconfigured, projects) if found.diagnostics}
        for gone in self._misconfigured.keys() - now.keys():
            self._publish(Found(self._misconfigured[gone].uri, None, ()))
        for found in now.values():
            self._publish(found)
        self._misconfigured = now

    def _job(self, folders: tuple[Path, ...]) -> Job:
        opened = tuple(self._documents.folder_paths)
        return Job(folders, Overrides(editor=self._settings, folders=opened, fixes=False), self.client)

    async def _have_settings(self) -> None:
        if self._configuring is not None:
            await asyncio.shield(self._configuring)

    async def _check_file(self, uri: str) -> Checked | None:
        """Of a file that is not open; None if it can't be read."""
        path = path_of(uri)
        if path is None or path.suffix not in SUFFIXES:
            return None
        try:
            return await self.checks.check_now(Snapshot(uri, None, read_text(path), path))
        except UnreadableSource:
            return None

    def _show(self, checked: Checked) -> None:
        found = _found(checked)
        if not self.client.pulls:
            self._publish(found)
        else:
            answered = self._answered.get(key(found.uri))
            if answered is not None and answered[0] == found.version and answered[1] != found.result_id:
                # Something else has changed than its text.
                self._refresh()
        self._tell(checked.problems)
        project = checked.verdict.project
        if project is not None and project.problems:
            # Of a project within a folder, or what showed only now.
            wrong = misconfigured(project)
            if wrong.diagnostics and self._misconfigured.get(key(wrong.uri)) != wrong:
                self._misconfigured[key(wrong.uri)] = wrong
                self._publish(wrong)

    def _show_file(self, found: Found) -> None:
        """What is found in a file by the check of the whole workspace: what is open is checked more often than that."""
        if self._pulls_workspace:
            if not self._workspace_check.is_awaited:
                self._refresh()
            elif self._documents.open_document(found.uri) is None:
                for parts in self._telling:
                    parts.tell(found)
        elif self._documents.open_document(found.uri) is None:
            self._publish(found)

    def _publish(self, found: Found) -> None:
        if self.was_shut_down:
            return
        spelled = self._spelled.pop(key(found.uri), found.uri)
        if spelled != found.uri:
            # To a client that takes that for another document, they would be there twice.
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(spelled, []))
        if found.diagnostics:
            self._spelled[key(found.uri)] = found.uri
        version = found.version if self.client.versions else None
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(found.uri, found.diagnostics, version))

    def _refresh(self) -> None:
        """Ask the client to ask again, once for all that is known by then."""
        if self.client.refreshes and (self._refreshing is None or self._refreshing.done()):
            self._refreshing = self.checks.spawn(self._ask_to_refresh())

    async def _ask_to_refresh(self) -> None:
        await asyncio.sleep(REFRESH_SECONDS)
        # What comes from here on is not in the answers to the questions that follow.
        self._refreshing = None
        await self.workspace_diagnostic_refresh_async(None)

    def _tell(self, problems: Iterable[str]) -> None:
        """Tell the user what is wrong with the settings, each thing once."""
        for problem in problems:
            if self._show_once(problem):
                log.warning(problem)

    def _show_once(self, line: str) -> bool:
        """Whether it was new."""
        is_new = line not in self._told
        self._told.add(line)
        if is_new and not self.was_shut_down:
            self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"Spooky: {lifeless(line)}"))
        return is_new

    def _show_from_anywhere(self, line: str) -> None:
        """On any thread, and at any time."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._show_once, line)

    def _log(self, level: int, message: str) -> None:
        """May be called on any thread, and at any time."""
        if self._loop is not None and not self._loop.is_closed():
            params = types.LogMessageParams(_message_type(level), message)
            self._loop.call_soon_threadsafe(self._send_log, params)

    def _send_log(self, params: types.LogMessageParams) -> None:
        if not self.was_shut_down:
            self.window_log_message(params)


def _message_type(level: int) -> types.MessageType:
    if level >= logging.ERROR:
        return types.MessageType.Error
    if level >= logging.INFO:
        return types.MessageType.Warning if level >= logging.WARNING else types.MessageType.Info
    return types.MessageType.Log


def _found(checked: Checked) -> Found:
    return Found(checked.document.uri, checked.document.version, [shown for _, shown in checked.findings])
