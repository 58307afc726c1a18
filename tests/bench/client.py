"""A language server as an editor feels it: how long until the first diagnostics, and until those of each edit."""

from __future__ import annotations

import ast
import json
import os
import queue
import statistics
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE = 120.0
"""Seconds until a server that says nothing has failed."""


@dataclass(frozen=True)
class Latency:
    """Milliseconds, and megabytes at most."""

    first: float
    """From the start of the process to the first diagnostics of the open file."""
    median: float
    """From a keystroke to diagnostics of the new text."""
    p95: float
    memory: float | None


class Server:
    """One process, spoken to over its standard input and output."""

    def __init__(self, command: Sequence[str], root: Path, environment: dict[str, str] | None = None) -> None:
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, cwd=root, env={**os.environ, **(environment or {})}, **pipes)
        self._messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._asked = 0
        threading.Thread(target=self._read, daemon=True).start()

    def notify(self, method: str, parameters: Any) -> None:
        self._send({"method": method, "params": parameters})

    def request(self, method: str, parameters: Any) -> Any:
        self._asked += 1
        number = self._asked
        self._send({"id": number, "method": method, "params": parameters})
        while True:
            message = self.next()
            if message.get("id") == number and "method" not in message:
                return message.get("result")

    def next(self) -> dict[str, Any]:
        """The next message that needs no answer. Raises TimeoutError, and ConnectionError once the server has ended."""
        try:
            message = self._messages.get(timeout=PATIENCE)
        except queue.Empty:
            raise TimeoutError("the server says nothing") from None
        if message is None:
            raise ConnectionError("the server has ended")
        return message

    def stop(self) -> None:
        self.request("shutdown", None)
        self.notify("exit", None)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def memory(self) -> float | None:
        """The most that it has had at once, where the system tells."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return None
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:"))

    def _send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            size = 0
            while (line := stream.readline().strip()) or not size:
                if not line and stream.peek() == b"":  # type: ignore[attr-defined]
                    self._messages.put(None)
                    return
                if line.lower().startswith(b"content-length:"):
                    size = int(line.partition(b":")[2])
            message = json.loads(stream.read(size))
            if "id" in message and "method" in message:
                # Nobody has any settings here.
                items = (message.get("params") or {}).get("items", ())
                result = [None for _ in items] if message["method"] == "workspace/configuration" else None
                self._send({"id": message["id"], "result": result})
            else:
                self._messages.put(message)


def measure(command: Sequence[str], root: Path, file: Path, edits: int, environment: dict[str, str]) -> Latency:
    """Open a file, and type an error into its longest async function and take it out again, so many times. The file
    on disk stays as it is."""
    text = file.read_text("utf-8")
    line, indent = _place(text)
    typed = f"{indent}import asyncio as spooky\n{indent}spooky.sleep(1)\n{indent}spooky.create_task(spooky.sleep(1))\n"
    uri = file.as_uri()
    begun = time.perf_counter()
    server = Server(command, root, environment)
    server.request("initialize", _hello(root))
    server.notify("initialized", {})
    document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    server.notify("textDocument/didOpen", {"textDocument": document})
    _published(server, uri, 1)
    first = time.perf_counter() - begun
    times = []
    for edit in range(2 * edits):
        version, is_in = edit + 2, edit % 2 == 0
        start, end = {"line": line, "character": 0}, {"line": line + (0 if is_in else 3), "character": 0}
        change = {"range": {"start": start, "end": end}, "text": typed if is_in else ""}
        begun = time.perf_counter()
        identifier = {"uri": uri, "version": version}
        server.notify("textDocument/didChange", {"textDocument": identifier, "contentChanges": [change]})
        while _finds(_published(server, uri, version), line) is not is_in:
            pass
        times.append(time.perf_counter() - begun)
        time.sleep(0.05)
    memory = server.memory()
    server.stop()
    times.sort()
    return Latency(
        first * 1000, statistics.median(times) * 1000, times[max(0, int(len(times) * 0.95) - 1)] * 1000, memory
    )


def _place(text: str) -> tuple[int, str]:
    """The line, from 0, before the second statement of the longest async function, and its indentation."""
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.AsyncFunctionDef)]
    longest = max(
        (node for node in functions if len(node.body) > 2), key=lambda node: (node.end_lineno or 0) - node.lineno
    )
    second = longest.body[1]
    lines = [second.lineno, *(decorator.lineno for decorator in getattr(second, "decorator_list", ()))]
    return min(lines) - 1, " " * second.col_offset


def _hello(root: Path) -> dict[str, Any]:
    published = {"versionSupport": True, "relatedInformation": True}
    return {
        "processId": os.getpid(),
        "rootUri": root.as_uri(),
        "workspaceFolders": [{"uri": root.as_uri(), "name": root.name}],
        "capabilities": {
            "workspace": {"configuration": True, "workspaceFolders": True},
            "textDocument": {"publishDiagnostics": published, "synchronization": {}},
        },
    }


def _published(server: Server, uri: str, version: int) -> list[dict[str, Any]]:
    """The next diagnostics of this version of a document, or a later one."""
    while True:
        message = server.next()
        parameters = message.get("params", {})
        is_ours = message.get("method") == "textDocument/publishDiagnostics" and parameters["uri"] == uri
        if is_ours and (parameters.get("version") or version) >= version:
            diagnostics: list[dict[str, Any]] = parameters["diagnostics"]
            return diagnostics


def _finds(diagnostics: list[dict[str, Any]], line: int) -> bool:
    return any(line < one["range"]["start"]["line"] <= line + 2 for one in diagnostics)
