"""An editor for tests: a client of a real server process, which remembers all that the server sends."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient

from spooky_asyncio.source import split_lines

SERVER = Path(__file__).parents[2] / "server"
PATIENCE = 60
"""Seconds until a condition that does not come true is a failure. No test depends on how long anything takes."""


def patched(in_worker: str = "", in_server: str = "") -> tuple[str, ...]:
    """The command of a server that these statements change before it starts: in the process that analyzes, and in the
    one that talks to the client. The latter is told in Python what the former is to run, which no setting and no
    variable of the environment can do."""
    worker = f"{in_worker}\nfrom spooky_asyncio.lsp.worker_process import main"
    main = f"exec({worker!r})"
    script = f"from spooky_asyncio.lsp import launch, server\nlaunch.MAIN = {main!r}\n{in_server}\nserver.main()\n"
    return ("-c", script)


def capabilities(
    *,
    encodings: Sequence[str] = (),
    hover_formats: Sequence[types.MarkupKind] = (types.MarkupKind.Markdown, types.MarkupKind.PlainText),
    related_information: bool = True,
    document_changes: bool = True,
    change_annotations: bool = False,
    resolves: Sequence[str] = (),
    configuration: bool = False,
    watches_files: bool = False,
    notebooks: bool = False,
    pulls: bool = False,
    refreshes: bool = False,
    progress: bool = False,
    applies_edits: bool = False,
    prefers: bool = True,
    links_codes: bool = True,
    versions: bool = True,
) -> types.ClientCapabilities:
    return types.ClientCapabilities(
        notebook_document=types.NotebookDocumentClientCapabilities(types.NotebookDocumentSyncClientCapabilities())
        if notebooks
        else None,
        general=types.GeneralClientCapabilities(position_encodings=[*encodings] or None),
        text_document=types.TextDocumentClientCapabilities(
            code_action=types.CodeActionClientCapabilities(
                is_preferred_support=prefers,
                data_support=bool(resolves),
                resolve_support=types.ClientCodeActionResolveOptions([*resolves]) if resolves else None,
            ),
            hover=types.HoverClientCapabilities(content_format=[*hover_formats]),
            diagnostic=types.DiagnosticClientCapabilities() if pulls else None,
            publish_diagnostics=types.PublishDiagnosticsClientCapabilities(
                related_information=related_information,
                code_description_support=links_codes,
                version_support=versions,
            ),
        ),
        window=types.WindowClientCapabilities(work_done_progress=progress),
        workspace=types.WorkspaceClientCapabilities(
            apply_edit=applies_edits,
            configuration=configuration,
            diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=refreshes),
            workspace_edit=types.WorkspaceEditClientCapabilities(
                document_changes=document_changes,
                change_annotation_support=types.ChangeAnnotationsSupportOptions() if change_annotations else None,
            ),
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=watches_files),
        ),
    )


def applied(text: str, edits: Sequence[Any], encoding: str = "utf-16-le") -> str:
    """A text after text edits, as an editor makes them; places count code units of the encoding."""
    width = len("x".encode(encoding))
    lines = [line.encode(encoding) for line in split_lines(text)] + [b""]

    def offset(place: types.Position) -> int:
        column = width * place.character
        assert column <= len(lines[place.line]), "past the end of the line"
        return sum(map(len, lines[: place.line])) + column

    data, reached = b"", 0
    for edit in sorted(edits, key=lambda edit: (edit.range.start.line, edit.range.start.character)):
        start, end = offset(edit.range.start), offset(edit.range.end)
        assert reached <= start <= end, "edits overlap"
        data += b"".join(lines)[reached:start] + edit.new_text.encode(encoding)
        reached = end
    return (data + b"".join(lines)[reached:]).decode(encoding)


def changes(edit: types.WorkspaceEdit | None) -> dict[tuple[str, int | None], Sequence[Any]]:
    """The edits of each document, by its URI and version."""
    assert edit is not None
    if edit.changes is not None:
        assert edit.document_changes is None
        return {(uri, None): edits for uri, edits in edit.changes.items()}
    found = {}
    for change in edit.document_changes or ():
        assert isinstance(change, types.TextDocumentEdit)
        found[change.text_document.uri, change.text_document.version] = change.edits
    assert len(found) == len(edit.document_changes or ())
    return found


class Editor:
    """Open documents are named by URI. Texts and versions are the test's own business."""

    def __init__(self) -> None:
        self.published: dict[str, list[types.PublishDiagnosticsParams]] = defaultdict(list)
        self.shown: list[types.ShowMessageParams] = []
        self.logged: list[types.LogMessageParams] = []
        self.registered: list[types.Registration] = []
        self.configuration: Any = None
        self.configurations: dict[str, Any] = {}
        """Those of folders, by URI."""
        self.refreshes = 0
        self.applied: list[types.ApplyWorkspaceEditParams] = []
        self.progress: list[Any] = []
        self.tokens: list[types.ProgressToken] = []
        self.client = LanguageClient(converter_factory=default_converter)
        self._listen()

    def _listen(self) -> None:
        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params: types.PublishDiagnosticsParams) -> None:
            self.published[params.uri].append(params)

        @self.client.feature(types.WINDOW_SHOW_MESSAGE)
        def show(params: types.ShowMessageParams) -> None:
            self.shown.append(params)

        @self.client.feature(types.WINDOW_LOG_MESSAGE)
        def log(params: types.LogMessageParams) -> None:
            self.logged.append(params)

        @self.client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def register(params: types.RegistrationParams) -> None:
            self.registered += params.registrations

        @self.client.feature(types.WORKSPACE_CONFIGURATION)
        def configuration(params: types.ConfigurationParams) -> list[Any]:
            return [self.configurations.get(item.scope_uri or "", self.configuration) for item in params.items]

        @self.client.feature(types.WORKSPACE_DIAGNOSTIC_REFRESH)
        def refresh(_: Any) -> None:
            self.refreshes += 1

        @self.client.feature(types.WINDOW_WORK_DONE_PROGRESS_CREATE)
        def create(params: types.WorkDoneProgressCreateParams) -> None:
            self.tokens.append(params.token)

        @self.client.feature(types.WORKSPACE_APPLY_EDIT)
        def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
            self.applied.append(params)
            return types.ApplyWorkspaceEditResult(applied=True)

        @self.client.feature(types.PROGRESS)
        def progress(params: types.ProgressParams) -> None:
            self.progress.append(params.value)

    async def start(
        self,
        can: types.ClientCapabilities | None = None,
        folders: Sequence[Path] = (),
        settings: Any = None,
        command: Sequence[str] = ("-m", "spooky_asyncio", "server"),
        process_id: int | None = None,
    ) -> types.InitializeResult:
        environment = {**os.environ, "PYTHONPATH": os.environ.get("PYTHONPATH") or str(SERVER)}
        await self.client.start_io(sys.executable, *command, env=environment)
        return await self.client.initialize_session(
            types.InitializeParams(
                capabilities=can or capabilities(),
                process_id=process_id,
                initialization_options=settings,
                workspace_folders=[types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders] or None,
            )
        )

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self.client._server is not None
        return self.client._server

    async def stop(self) -> None:
        if self.process.returncode is None:
            await asyncio.wait_for(self.client.shutdown_session(), PATIENCE)
        await self.client.stop()
        # Processes of the server have its standard error too, and may end after it, so that its end does not close it.
        self.process._transport.close()  # type: ignore[attr-defined]

    def open(self, uri: str, text: str, version: int = 1, language: str = "python") -> None:
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, language, version, text))
        )

    def replace(self, uri: str, text: str, version: int) -> None:
        self._change(uri, version, types.TextDocumentContentChangeWholeDocument(text))

    def edit(self, uri: str, version: int, *edits: tuple[tuple[int, int], tuple[int, int], str]) -> None:
        """Each edit is a start, an end and a text, in the client's units, and sees what the ones before it made."""
        changes = [
            types.TextDocumentContentChangePartial(types.Range(types.Position(*start), types.Position(*end)), text)
            for start, end, text in edits
        ]
        self._change(uri, version, *changes)

    def _change(self, uri: str, version: int, *changes: types.TextDocumentContentChangeEvent) -> None:
        identifier = types.VersionedTextDocumentIdentifier(version, uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [*changes]))

    def save(self, uri: str) -> None:
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def close(self, uri: str) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def set_settings(self, settings: Any) -> None:
        self.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))

    async def diagnostics(self, uri: str, version: int = 1) -> Sequence[types.Diagnostic]:
        """Those of a version, as soon as they come."""
        await self.until(lambda: any(one.version == version for one in self.published[uri]), f"version {version}")
        return next(one for one in reversed(self.published[uri]) if one.version == version).diagnostics

    async def lines(self, uri: str, version: int = 1) -> list[int]:
        return [found.range.start.line for found in await self.diagnostics(uri, version)]

    async def actions(
        self, uri: str, span: types.Range, only: Sequence[str] | None = None
    ) -> Sequence[types.CodeAction]:
        context = types.CodeActionContext(diagnostics=[], only=[*only] if only is not None else None)
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), span, context)
        found = await asyncio.wait_for(self.client.text_document_code_action_async(params), PATIENCE)
        return [action for action in found or [] if isinstance(action, types.CodeAction)]

    async def resolve(self, action: types.CodeAction) -> types.CodeAction:
        return await asyncio.wait_for(self.client.code_action_resolve_async(action), PATIENCE)

    async def hover(self, uri: str, line: int, character: int) -> types.Hover | None:
        params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        return await asyncio.wait_for(self.client.text_document_hover_async(params), PATIENCE)

    async def pull(self, uri: str, previous: str | None = None) -> types.DocumentDiagnosticReport:
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri), previous_result_id=previous)
        return await asyncio.wait_for(self.client.text_document_diagnostic_async(params), PATIENCE)

    async def pull_workspace(
        self, previous: Mapping[str, str | None] | None = None, parts: types.ProgressToken | None = None
    ) -> dict[str, types.WorkspaceDocumentDiagnosticReport]:
        known = [types.PreviousResultId(uri, value or "") for uri, value in (previous or {}).items()]
        params = types.WorkspaceDiagnosticParams(known, partial_result_token=parts)
        report = await asyncio.wait_for(self.client.workspace_diagnostic_async(params), PATIENCE)
        return {item.uri: item for item in report.items}

    async def execute(self, command: str, *arguments: Any) -> Any:
        params = types.ExecuteCommandParams(command, arguments=[*arguments])
        return await asyncio.wait_for(self.client.workspace_execute_command_async(params), PATIENCE)

    def files_changed(self, *paths: Path) -> None:
        events = [types.FileEvent(path.as_uri(), types.FileChangeType.Changed) for path in paths]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))

    async def until(self, condition: Callable[[], bool], what: str = "the condition") -> None:
        async def wait() -> None:
            while not condition():  # noqa: ASYNC110 - many conditions, one helper
                await asyncio.sleep(0.01)

        try:
            await asyncio.wait_for(wait(), PATIENCE)
        except asyncio.TimeoutError:
            raise AssertionError(f"{what} did not come; log: {[one.message for one in self.logged]}") from None

    async def answered(self, uri: str) -> None:
        """Wait until the server has handled all that was sent so far, and has sent what it had to say to it."""
        await self.hover(uri, 0, 0)
