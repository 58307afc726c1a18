"""The language server: what it answers to, and the process it runs in."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcInvalidParams

from spooky_asyncio.lsp import configuration, logs
from spooky_asyncio.lsp.code_actions import (
    APPLY,
    KINDS,
    Choice,
    any_wanted,
    as_command,
    chosen_edits,
    code_actions,
    of_command,
    question,
    resolved,
)
from spooky_asyncio.lsp.configuration import SECTION
from spooky_asyncio.lsp.documents import path_of
from spooky_asyncio.lsp.hover import hover
from spooky_asyncio.lsp.launch import Launched
from spooky_asyncio.lsp.parent import end_with
from spooky_asyncio.lsp.protocol import RequestFailed
from spooky_asyncio.lsp.session import SpookyServer
from spooky_asyncio.lsp.streams import Inbox, Outbox, for_pygls, own_stdout
from spooky_asyncio.lsp.tcp import accept
from spooky_asyncio.lsp.worker import Worker
from spooky_asyncio.workspace.paths import CONFIGURATION

log = logging.getLogger(__name__)

CHECK_WORKSPACE = "spooky.server.checkWorkspace"
"""Not what editors call their own command for it: some register those of the server besides."""


def main(port: int | None = None, launched: Launched | None = None) -> NoReturn:
    """Serve one client, then end the process with the exit code that the protocol asks for.

    It is talked to on stdin and stdout, or on a port of this machine. `launched` is a process that analyzes, if one was
    launched already. Raises OSError for a port that is not to be had.
    """
    logs.to_stderr(_is_for_stderr)
    # The protocol's loop can't act on an interrupt while it waits for stdin, so leave it to the system.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    server = create_server(Worker(launched))
    read, write = (sys.stdin.buffer, own_stdout()) if port is None else accept(port)

    def end() -> NoReturn:
        server.checks.stop()
        _end_process(0 if server.was_shut_down else 1)

    outbox = Outbox(write, lost=end)
    server.start_io(for_pygls(Inbox(read)), for_pygls(outbox))
    outbox.close()
    end()


def create_server(worker: Worker | None = None) -> SpookyServer:
    server = SpookyServer(worker)
    _register_life_cycle(server)
    _register_documents(server)
    _register_notebooks(server)
    _register_workspace(server)
    _register_features(server)
    return server


def _register_life_cycle(server: SpookyServer) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(ls: SpookyServer, params: types.InitializeParams) -> None:
        if params.process_id is not None:
            end_with(params.process_id)
        ls.begin(params.initialization_options)
        if ls.client.pulls:
            _register_pulling(ls)

    @server.feature(types.INITIALIZED)
    async def initialized(ls: SpookyServer, _: types.InitializedParams) -> None:
        if ls.client.watches_files:
            registrations = types.RegistrationParams([configuration.WATCHER])
            await ls.client_register_capability_async(registrations)
        if ls.client.configuration and not ls.has_settings:
            await ls.pull_settings()
        # No registration for changes of the configuration: VS Code would answer it with all settings, defaults
        # included, and those would outweigh what the project says in its pyproject.toml.

    @server.feature(types.SHUTDOWN)
    def shutdown(ls: SpookyServer, _: None) -> None:
        ls.end()


def _register_documents(server: SpookyServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(ls: SpookyServer, params: types.DidOpenTextDocumentParams) -> None:
        ls.check(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(ls: SpookyServer, params: types.DidChangeTextDocumentParams) -> None:
        ls.edited(params.text_document)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE, types.SaveOptions(include_text=False))
    def did_save(ls: SpookyServer, params: types.DidSaveTextDocumentParams) -> None:
        saved = path_of(params.text_document.uri)
        if saved is not None and saved.name == CONFIGURATION:
            ls.reload_projects()
        else:
            ls.saved(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(ls: SpookyServer, params: types.DidCloseTextDocumentParams) -> None:
        ls.clear(params.text_document.uri)


def _register_notebooks(server: SpookyServer) -> None:
    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def did_open(ls: SpookyServer, params: types.DidOpenNotebookDocumentParams) -> None:
        ls.check_notebook(params.notebook_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def did_change(ls: SpookyServer, params: types.DidChangeNotebookDocumentParams) -> None:
        cells = params.change.cells
        if cells is None:
            return
        for closed in (cells.structure.did_close or ()) if cells.structure is not None else ():
            ls.clear(closed.uri)
        edited = [text.document.uri for text in cells.text_content or ()]
        ls.check_notebook(params.notebook_document.uri, edited if cells.structure is None else None)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_SAVE)
    def did_save(ls: SpookyServer, params: types.DidSaveNotebookDocumentParams) -> None:
        ls.files_changed()

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def did_close(ls: SpookyServer, params: types.DidCloseNotebookDocumentParams) -> None:
        for cell in params.cell_text_documents:
            ls.clear(cell.uri)


def _register_workspace(server: SpookyServer) -> None:
    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(ls: SpookyServer, params: types.DidChangeConfigurationParams) -> None:
        pushed = configuration.pushed(params.settings)
        if pushed is not None:
            ls.use_settings(pushed)
        elif ls.client.configuration:
            await ls.pull_settings()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_watched_files(ls: SpookyServer, params: types.DidChangeWatchedFilesParams) -> None:
        paths = [path_of(change.uri) or Path() for change in params.changes]
        if any(path.name == CONFIGURATION for path in paths):
            ls.reload_projects()
        elif any(configuration.PACKAGES not in path.parts for path in paths):
            ls.files_changed()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def did_change_workspace_folders(ls: SpookyServer, _: types.DidChangeWorkspaceFoldersParams) -> None:
        ls.reload_projects()
        if ls.client.configuration and not ls.has_settings:
            await ls.pull_settings()


def _register_features(server: SpookyServer) -> None:
    options = types.CodeActionOptions(code_action_kinds=[*KINDS], resolve_provider=True)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    async def code_action(
        ls: SpookyServer, params: types.CodeActionParams
    ) -> Sequence[types.CodeAction | types.Command]:
        only = params.context.only
        if not any_wanted(only):
            return []
        checked = await ls.checks.fresh(params.text_document.uri)
        if checked is None:
            return []
        making = ls.workspace_edits
        offers = await ls.ask(question(checked, params.range, only, making))
        actions = code_actions(checked, offers, making)
        return [*map(as_command, actions)] if ls.client.applies_edits_only else actions

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def code_action_resolve(ls: SpookyServer, action: types.CodeAction) -> types.CodeAction:
        return await _resolve(ls, action)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover_(ls: SpookyServer, params: types.HoverParams) -> types.Hover | None:
        checked = await ls.checks.fresh(params.text_document.uri)
        return hover(checked, params.position, ls.client.markdown) if checked else None

    @server.command(APPLY)
    async def apply_code_action(ls: SpookyServer, chosen: Any = None) -> None:
        action = await _resolve(ls, of_command(chosen))
        if action.edit is not None:
            await ls.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(action.edit, action.title))

    @server.command(CHECK_WORKSPACE)
    async def check_workspace(ls: SpookyServer) -> str:
        said = await ls.check_workspace()
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, f"Spooky: {said}"))
        return said


async def _resolve(ls: SpookyServer, action: types.CodeAction) -> types.CodeAction:
    choice = Choice.of(action)
    if choice is None:
        return action
    checked, wanted = chosen_edits(action, choice, await ls.checks.fresh(choice.uri))
    return resolved(action, await ls.ask(wanted), checked, ls.workspace_edits)


def _register_pulling(server: SpookyServer) -> None:
    """For clients that ask for diagnostics: to others they are sent."""
    options = types.DiagnosticOptions(
        inter_file_dependencies=True, workspace_diagnostics=True, identifier=SECTION, work_done_progress=True
    )

    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)
    async def document_diagnostic(
        ls: SpookyServer, params: types.DocumentDiagnosticParams
    ) -> types.DocumentDiagnosticReport:
        return await ls.document_report(params)

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def workspace_diagnostic(
        ls: SpookyServer, params: types.WorkspaceDiagnosticParams
    ) -> types.WorkspaceDiagnosticReport:
        return await ls.workspace_report(params)


_ANSWERS = (JsonRpcContentModified, JsonRpcInvalidParams, RequestFailed)


def _is_for_stderr(record: logging.LogRecord) -> bool:
    """What is told to the client in an answer is no failure here, though pygls logs a traceback of it; nor is what the
    client has sent, of which there is a line of our own."""
    if record.name.startswith("pygls") and str(record.msg).startswith(("Unable to handle", "Unable to deserialize")):
        return False
    return record.exc_info is None or not isinstance(record.exc_info[1], _ANSWERS)


def _end_process(code: int) -> NoReturn:
    """At once: Python itself would wait for a check under way, and tidy up all of jedi's trees one by one."""
    logging.shutdown()
    os._exit(code)
