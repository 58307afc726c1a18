"""Start, end, and clients that behave badly."""

from __future__ import annotations

import asyncio
import sys

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp.editor import PATIENCE, Editor, capabilities, patched

pytestmark = pytest.mark.asyncio

LOST = "async def brew():\n    pass\n\nasync def main():\n    brew()\n"
URI = "untitled:Lost"

# Makes each check last longer than any test: what is to be shown is that nobody waits for it.
SLOW = """
import threading
from spooky_asyncio.workspace.project import Project
Project.check_next = lambda *_, **__: threading.Event().wait()
"""
SLOW_COMMAND = """
import asyncio
server.SpookyServer.check_workspace = lambda _: asyncio.Event().wait()
"""
SLOW_SERVER = patched(SLOW, SLOW_COMMAND)
COMMAND = "spooky.server.checkWorkspace"


async def test_capabilities(editor: Editor) -> None:
    result = await editor.start()
    offered = result.capabilities
    assert result.server_info is not None
    assert result.server_info.name == "spooky-asyncio"
    assert result.server_info.version
    assert isinstance(offered.text_document_sync, types.TextDocumentSyncOptions)
    assert offered.text_document_sync.change == types.TextDocumentSyncKind.Incremental
    assert offered.text_document_sync.open_close
    assert offered.text_document_sync.save
    assert offered.hover_provider
    assert isinstance(offered.code_action_provider, types.CodeActionOptions)
    assert offered.code_action_provider.code_action_kinds == ("quickfix", "refactor.rewrite", "source.fixAll.spooky")
    assert offered.code_action_provider.resolve_provider
    assert offered.position_encoding == "utf-16"


async def test_watches_files_if_the_client_can(editor: Editor) -> None:
    await editor.start(capabilities(watches_files=True))
    await editor.until(lambda: bool(editor.registered), "a registration")
    assert [one.method for one in editor.registered] == ["workspace/didChangeWatchedFiles"]


async def test_shutdown_and_exit_end_the_process(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, LOST)
    await editor.diagnostics(URI)
    await editor.client.shutdown_async(None)
    editor.client.exit(None)
    assert await asyncio.wait_for(editor.process.wait(), PATIENCE) == 0


async def test_exit_without_shutdown_is_an_error(editor: Editor) -> None:
    await editor.start()
    editor.client.exit(None)
    assert await asyncio.wait_for(editor.process.wait(), PATIENCE) == 1


@pytest.mark.parametrize("command", [("-m", "spooky_asyncio", "server"), SLOW_SERVER], ids=["idle", "busy"])
async def test_a_closed_stdin_ends_the_process(editor: Editor, command: tuple[str, ...]) -> None:
    await editor.start(command=command)
    editor.open(URI, LOST)
    assert editor.process.stdin is not None
    editor.process.stdin.close()
    await asyncio.wait_for(editor.process.wait(), PATIENCE)


async def test_shutdown_does_not_wait_for_a_check(editor: Editor) -> None:
    await editor.start(command=SLOW_SERVER)
    editor.open(URI, LOST)
    await editor.client.shutdown_async(None)
    editor.client.exit(None)
    assert await asyncio.wait_for(editor.process.wait(), PATIENCE) == 0


async def test_shutdown_is_answered_while_a_command_is_not(editor: Editor) -> None:
    await editor.start(command=SLOW_SERVER)
    protocol = editor.client.protocol
    answer = protocol.send_request(types.WORKSPACE_EXECUTE_COMMAND, types.ExecuteCommandParams(COMMAND))
    await editor.client.shutdown_async(None)
    with pytest.raises(JsonRpcException):
        await asyncio.wait_for(asyncio.wrap_future(answer), PATIENCE)
    editor.client.exit(None)
    assert await asyncio.wait_for(editor.process.wait(), PATIENCE) == 0


async def test_a_request_can_be_cancelled_while_a_check_runs(editor: Editor) -> None:
    await editor.start(command=SLOW_SERVER)
    editor.open(URI, LOST)
    params = types.HoverParams(types.TextDocumentIdentifier(URI), types.Position(4, 4))
    protocol = editor.client.protocol
    answer = protocol.send_request(types.TEXT_DOCUMENT_HOVER, params, msg_id="impatient")
    editor.client.cancel_request(types.CancelParams("impatient"))
    with pytest.raises(JsonRpcException):
        await asyncio.wait_for(asyncio.wrap_future(answer), PATIENCE)


async def test_what_is_printed_stays_out_of_the_protocol(editor: Editor) -> None:
    noisy = """
import os, warnings
from spooky_asyncio.workspace.project import Project
check = Project.check_next
def shout(*args, **options):
    print("printed", flush=True)
    os.write(1, b"written")
    warnings.warn("warned", UserWarning)
    return check(*args, **options)
Project.check_next = shout
"""
    await editor.start(command=patched(noisy))
    editor.open(URI, LOST)
    assert await editor.lines(URI) == [4]
    assert editor.client.error is None


async def test_requests_for_unknown_documents(editor: Editor) -> None:
    await editor.start()
    assert await editor.hover("file:///nowhere/to/be/found.py", 0, 0) is None
    assert await editor.actions("ftp://x/y", types.Range(types.Position(0, 0), types.Position(9, 9))) == []


async def test_notifications_for_unknown_documents(editor: Editor) -> None:
    await editor.start()
    editor.edit("file:///never/opened.py", 2, ((0, 0), (0, 0), "x"))
    editor.save("file:///never/opened.py")
    editor.close("file:///never/opened.py")
    editor.open(URI, LOST)
    assert await editor.lines(URI) == [4]
    assert editor.shown == []


async def test_places_outside_of_the_text(editor: Editor) -> None:
    await editor.start()
    editor.open(URI, LOST)
    far = types.Range(types.Position(0, 999), types.Position(99_999, 99_999))
    assert len(await editor.actions(URI, far)) >= 1
    assert await editor.hover(URI, 4, 999) is None
    assert await editor.hover(URI, 99_999, 0) is None
    editor.edit(URI, 2, ((99, 0), (99, 9), "\nasync def other():\n    brew()\n"))
    assert await editor.lines(URI, 2) == [4, 7]


async def test_an_ill_formed_request_gets_an_error(editor: Editor) -> None:
    await editor.start()
    place = types.Position(0, 0)
    object.__setattr__(place, "line", -1)
    params = types.HoverParams(types.TextDocumentIdentifier(URI), place)
    with pytest.raises(JsonRpcException):
        await asyncio.wait_for(editor.client.text_document_hover_async(params), PATIENCE)
    assert await editor.hover(URI, 0, 0) is None


async def test_a_crash_in_a_check_is_logged_once_and_told_as_no_clean_result(editor: Editor) -> None:
    broken = """
from spooky_asyncio.workspace.project import Project
check = Project.check_next
def fail(project, former, text, path, **options):
    if "boom" in text:
        raise ZeroDivisionError("broken on purpose")
    return check(project, former, text, path, **options)
Project.check_next = fail
"""
    await editor.start(command=patched(broken))
    editor.open(URI, LOST)
    assert await editor.lines(URI) == [4]
    for version in range(2, 6):
        editor.replace(URI, LOST + "# boom\n" * version, version)
        assert await editor.lines(URI, version) == []
    editor.replace(URI, LOST, 6)
    assert await editor.lines(URI, 6) == [4]
    errors = [one.message for one in editor.logged if one.type == types.MessageType.Error]
    assert len(errors) == 1
    assert "ZeroDivisionError: broken on purpose" in errors[0]
    assert URI in errors[0]
    assert editor.shown == []


async def test_a_failing_rule_is_logged_once_per_document(editor: Editor) -> None:
    broken = """
from dataclasses import replace
from spooky_asyncio import engine
def fail(lives):
    raise KeyError("broken on purpose")
first, *others = engine.RULES
engine.RULES = (first, *(replace(rule, check=fail) for rule in others))
"""
    await editor.start(command=patched(broken))
    for uri in ("untitled:One", "untitled:Two"):
        editor.open(uri, LOST)
        for version in range(2, 5):
            editor.replace(uri, "\n" * version + LOST, version)
            assert await editor.lines(uri, version) == [4 + version]
    errors = [one.message for one in editor.logged if one.type == types.MessageType.Error]
    assert len(errors) == 4
    assert len([message for message in errors if "internal error in task-never-awaited" in message]) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="there are no POSIX signals")
async def test_an_interrupt_ends_the_process(editor: Editor) -> None:
    await editor.start()
    editor.process.send_signal(2)
    await asyncio.wait_for(editor.process.wait(), PATIENCE)
