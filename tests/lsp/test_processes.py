"""Processes and connections: nothing is left behind, and nobody else is let in."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from lsprotocol import types

from lsp.editor import PATIENCE, SERVER, Editor, capabilities
from reliability.processes import children, is_there

posix = pytest.mark.skipif(not Path("/proc").exists(), reason="looks at processes in /proc")
LOST = "async def brew():\n    pass\n\nasync def main():\n    brew()\n"


@posix
@pytest.mark.asyncio
async def test_the_end_of_the_client_is_the_end_of_the_server(editor: Editor) -> None:
    client = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)  # noqa: ASYNC220
    await editor.start(process_id=client.pid)
    client.kill()
    client.communicate()
    assert await asyncio.wait_for(editor.process.wait(), PATIENCE) == 1


@pytest.mark.asyncio
async def test_a_client_on_another_machine_is_none_to_wait_for(editor: Editor) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])  # noqa: ASYNC220
    gone.wait()
    await editor.start(process_id=gone.pid)
    editor.open("untitled:x", LOST)
    assert await editor.lines("untitled:x") == [4]


@posix
@pytest.mark.parametrize("how", ["shutdown", "kill"])
@pytest.mark.asyncio
async def test_no_process_outlives_the_server(editor: Editor, tmp_path: Path, how: str) -> None:
    for index in range(200):
        (tmp_path / f"m{index}.py").write_text(LOST * 50)
    await editor.start(capabilities(), [tmp_path], settings={"scope": "workspace"})
    await editor.until(lambda: bool(editor.published), "a finding of the check of the workspace")
    those = children(editor.process.pid)
    assert those
    if how == "kill":
        os.kill(editor.process.pid, signal.SIGKILL)
    else:
        await editor.client.shutdown_async(None)
        editor.client.exit(None)
    await asyncio.wait_for(editor.process.wait(), PATIENCE)
    await editor.until(lambda: not any(map(is_there, those)), f"the end of {those}")


@posix
@pytest.mark.asyncio
async def test_a_killed_check_of_the_workspace_is_said(editor: Editor, tmp_path: Path) -> None:
    for index in range(200):
        (tmp_path / f"m{index}.py").write_text(LOST * 50)
    await editor.start(capabilities(), [tmp_path])
    command = asyncio.create_task(editor.execute("spooky.server.checkWorkspace"))
    await editor.until(lambda: bool(editor.published), "a finding of the check of the workspace")
    for process in children(editor.process.pid):
        os.kill(process, signal.SIGKILL)
    assert await command == "The workspace was not checked to the end."
    await editor.until(lambda: any("has ended before it was done" in one.message for one in editor.logged))


@posix
@pytest.mark.asyncio
async def test_a_question_that_is_taken_back_ends_the_check_of_the_workspace(editor: Editor, tmp_path: Path) -> None:
    for index in range(200):
        (tmp_path / f"m{index}.py").write_text(LOST * 50)
    await editor.start(capabilities(pulls=True), [tmp_path])
    await editor.answered("untitled:x")

    def checking() -> set[int]:
        # Beside the one that Python has to look after them, which stays.
        return {
            one for one in children(editor.process.pid) if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()
        }

    before = checking()
    # Without a future for the answer, which pygls could not resolve with an error.
    request = {"jsonrpc": "2.0", "id": "all", "method": "workspace/diagnostic", "params": {"previousResultIds": []}}
    editor.client.protocol._send_data(request)
    await editor.until(lambda: checking() > before, "the process of the check")
    those = checking() - before
    editor.client.protocol.notify(types.CANCEL_REQUEST, types.CancelParams("all"))
    await editor.until(lambda: not any(map(is_there, those)), f"the end of {those}")
    for index in range(1, 200):
        (tmp_path / f"m{index}.py").unlink()
    assert len(await editor.pull_workspace()) == 1


@pytest.fixture
def listening() -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server that waits for its client, and the port."""
    command = [sys.executable, "-m", "spooky_asyncio", "server", "--tcp", "0"]
    environment = {**os.environ, "PYTHONPATH": os.environ.get("PYTHONPATH") or str(SERVER)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        said = server.stderr.readline()
        assert said.startswith("Listening on 127.0.0.1:")
        try:
            yield server, int(said.rpartition(":")[2])
        finally:
            server.kill()


def exchanged(stream: BinaryIO, method: str, params: Any, answers: bool = True) -> Any:
    """Send a request and return the answer to it, or send a notification."""
    body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **({"id": method} if answers else {})})
    stream.write(f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
    stream.flush()
    while answers:
        length = 0
        while (line := stream.readline().strip()) != b"":
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        assert length, "the connection was closed"
        message = json.loads(stream.read(length))
        if message.get("id") == method:
            return message["result"]
    return None


def test_one_client_over_tcp(listening: tuple[subprocess.Popen[str], int]) -> None:
    server, port = listening
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection, connection.makefile("rwb") as stream:
        started = exchanged(stream, "initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        assert started["serverInfo"]["name"] == "spooky-asyncio"
        with pytest.raises(OSError):  # noqa: PT011 - each system has its own
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        assert exchanged(stream, "shutdown", None) is None
        exchanged(stream, "exit", None, answers=False)
        assert server.wait(PATIENCE) == 0


def test_tcp_is_for_this_machine_alone(listening: tuple[subprocess.Popen[str], int]) -> None:
    _, port = listening
    addresses = {found[4][0] for found in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    others = {address for address in addresses if not str(address).startswith("127.")}
    if not others:
        pytest.skip("this machine has no other address")
    for address in others:
        with pytest.raises(OSError):  # noqa: PT011 - each system has its own
            socket.create_connection((address, port), timeout=5).close()


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, "-m", "spooky_asyncio", "server", "--tcp", str(taken.getsockname()[1])]
        environment = {**os.environ, "PYTHONPATH": os.environ.get("PYTHONPATH") or str(SERVER)}
        process = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE)
    assert process.returncode == 1
    assert process.stderr.startswith("Error: port ")
    assert "Traceback" not in process.stderr
