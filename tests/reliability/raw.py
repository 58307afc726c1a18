"""A client that sends what it likes, well-formed or not, and remembers all that comes back."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

SERVER = Path(__file__).parents[2] / "server"
PATIENCE = 60
"""Seconds until something that does not come is a failure. No test depends on how long anything takes."""

Message = dict[str, Any]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.environ.get("PYTHONPATH") or str(SERVER)}


def request(number: int | str | None, method: str, params: Any = None) -> Message:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def notification(method: str, params: Any = None) -> Message:
    return {"jsonrpc": "2.0", "method": method, "params": params}


def framed(message: Message | bytes, header: str = "Content-Length: {}\r\n\r\n", length: int | None = None) -> bytes:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return header.format(len(body) if length is None else length).encode() + body


def initialize(capabilities: Mapping[str, Any] | None = None, folder: Path | None = None, **options: Any) -> Message:
    folders = [{"uri": folder.as_uri(), "name": folder.name}] if folder is not None else None
    of_documents = {"publishDiagnostics": {"versionSupport": True}, **(capabilities or {}).get("textDocument", {})}
    able = {**(capabilities or {}), "textDocument": of_documents}
    params = {"processId": None, "rootUri": None, "workspaceFolders": folders, "capabilities": able}
    return request("initialize", "initialize", {**params, "initializationOptions": options or None})


def opened(uri: str, text: str, version: int = 1) -> Message:
    document = {"uri": uri, "languageId": "python", "version": version, "text": text}
    return notification("textDocument/didOpen", {"textDocument": document})


def edited(uri: str, version: int, *changes: Mapping[str, Any]) -> Message:
    identifier = {"uri": uri, "version": version}
    return notification("textDocument/didChange", {"textDocument": identifier, "contentChanges": [*changes]})


def change(start: tuple[int, int], end: tuple[int, int], text: str) -> Message:
    places = [{"line": line, "character": character} for line, character in (start, end)]
    return {"range": {"start": places[0], "end": places[1]}, "text": text}


def closed(uri: str) -> Message:
    return notification("textDocument/didClose", {"textDocument": {"uri": uri}})


def hover(number: int | str, uri: str, line: int = 0, character: int = 0) -> Message:
    place = {"line": line, "character": character}
    return request(number, "textDocument/hover", {"textDocument": {"uri": uri}, "position": place})


class Raw:
    """A server, and what it said. Answers its requests with null. With `reads=False` it reads nothing until `read`."""

    def __init__(self, command: Sequence[str] = ("-m", "spooky_asyncio", "server"), reads: bool = True) -> None:
        self.said: list[Message] = []
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - as long as the server
        self.process = subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment(),
        )
        self._new: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._listening: threading.Thread | None = None
        if reads:
            self.read()

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            try:
                stream.close()
            except OSError:
                continue
        if self._listening is not None:
            self._listening.join(PATIENCE)
        if error is not None:
            print(f"the server said:\n{self.errors}")
        self._errors.close()

    @property
    def errors(self) -> str:
        """What it wrote to its standard error."""
        self._errors.seek(0)
        return self._errors.read()

    def read(self) -> None:
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    def send(self, *messages: Message | bytes) -> None:
        """Bytes go as they are, messages with their header."""
        assert self.process.stdin is not None
        for message in messages:
            self.process.stdin.write(message if isinstance(message, bytes) else framed(message))
        self.process.stdin.flush()

    def start(self, capabilities: Mapping[str, Any] | None = None, folder: Path | None = None, **options: Any) -> Any:
        self.send(initialize(capabilities, folder, **options))
        result = self.answer("initialize")["result"]
        self.send(notification("initialized", {}))
        return result

    def answer(self, number: int | str | None) -> Message:
        return self.until(lambda one: "method" not in one and one.get("id") == number, f"an answer to {number!r}")

    def diagnostics(self, uri: str, version: int = 1) -> list[Message]:
        def is_it(one: Message) -> bool:
            params = one.get("params")
            return (
                one.get("method") == "textDocument/publishDiagnostics"
                and params["uri"] == uri
                and params.get("version") == version
            )

        return self.until(is_it, f"diagnostics of version {version} of {uri}")["params"]["diagnostics"]

    def lines(self, uri: str, version: int = 1) -> list[int]:
        return [found["range"]["start"]["line"] for found in self.diagnostics(uri, version)]

    def texts(self, method: str) -> list[str]:
        """Those that were logged or shown."""
        return [one["params"]["message"] for one in [*self.said] if one.get("method") == method]

    @property
    def logged(self) -> list[str]:
        return self.texts("window/logMessage")

    @property
    def shown(self) -> list[str]:
        return self.texts("window/showMessage")

    def log_line(self, part: str) -> str:
        def is_it(one: Message) -> bool:
            return one.get("method") == "window/logMessage" and part in one["params"]["message"]

        return self.until(is_it, f"'{part}' in the log")["params"]["message"]

    def until(self, is_it: Callable[[Message], bool], what: str) -> Message:
        """The last message that is so, or the next one."""
        found = next((one for one in reversed(self.said) if is_it(one)), None)
        end = time.monotonic() + PATIENCE
        while found is None:
            try:
                new = self._new.get(timeout=max(0, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"{what} did not come; log: {self.logged}; {self.errors}") from None
            assert new is not None, f"the server ended before {what} came: {self.errors}"
            if is_it(new):
                found = new
        return found

    def stop(self) -> int:
        """As the protocol wants it; returns the exit code."""
        self.send(request("shutdown", "shutdown"))
        self.answer("shutdown")
        self.send(notification("exit"))
        return self.process.wait(PATIENCE)

    def _listen(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            length = 0
            while (line := stream.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            if not line:
                self._new.put(None)
                return
            message = json.loads(stream.read(length))
            if "method" in message and "id" in message:
                self.send({"jsonrpc": "2.0", "id": message["id"], "result": None})
            self.said.append(message)
            self._new.put(message)
