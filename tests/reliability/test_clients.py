"""Clients that behave badly get the protocol's own errors and a line in the log, and life goes on."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from reliability.raw import (
    PATIENCE,
    Message,
    Raw,
    change,
    closed,
    edited,
    environment,
    framed,
    hover,
    initialize,
    notification,
    opened,
    request,
)

LOST = "async def brew():\n    pass\n\nasync def main():\n    brew()\n"
URI, OTHER = "untitled:Tea", "file:///tea/other.py"
FAR = 2**31 - 1

PARSE, INVALID, UNKNOWN, PARAMS, EARLY, CANCELLED = -32700, -32600, -32601, -32602, -32002, -32800
OK = 0


@dataclass(frozen=True)
class Case:
    name: str
    sent: Sequence[Message | bytes]
    answers: Mapping[int | str | None, int] = field(default_factory=dict)
    """By the number of a request, an error code, or OK."""
    logged: str | None = None
    """What stands in a line of the log."""
    lines: Sequence[int] | None = None
    """Those with findings in the newest version of URI, which is 2."""


BEFORE = [
    Case("a request", [hover(1, URI)], {1: EARLY}),
    Case("a shutdown", [request(1, "shutdown")], {1: EARLY}),
    Case("an unknown request", [request(1, "no/such/thing")], {1: EARLY}),
    Case("a notification", [opened(URI, LOST, 7), closed(URI)]),
    Case("no JSON", [framed(b"{nothing")], {None: PARSE}),
    Case("a header that is none", [b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"]),
    Case("bytes without a line's end, then a header", [b"\x00\xff\xfe garbage", framed(hover(1, URI))], {1: EARLY}),
]

AFTER = [
    Case("a second initialize", [initialize()], {"initialize": INVALID}, "comes only once"),
    Case("an unknown request", [request(1, "no/such/thing", {})], {1: UNKNOWN}),
    Case("an unknown optional request", [request(1, "$/no/such/thing", {})], {1: UNKNOWN}),
    Case("an unknown notification", [notification("no/such/thing", {}), notification("$/such", None)]),
    Case("an unknown command", [request(1, "workspace/executeCommand", {"command": "rm"})], {1: PARAMS}),
    Case("cancelling what was never asked", [notification("$/cancelRequest", {"id": 99})]),
    Case("an answer to nothing", [{"jsonrpc": "2.0", "id": 99, "result": None}]),
    Case("an error for nothing", [{"jsonrpc": "2.0", "id": 9, "error": {"code": -1, "message": "?"}}]),
    Case("no parameters", [request(1, "textDocument/hover")], {1: PARAMS}),
    Case("wrong parameters", [request(1, "textDocument/hover", {"textDocument": 7, "position": []})], {1: PARAMS}),
    Case("negative places", [hover(1, URI, -1, -1)], {1: PARAMS}),
    Case("a notification with wrong parameters", [notification("textDocument/didOpen", {"textDocument": 7})]),
    Case("a URI that is none", [hover(1, "\x00:\ud800?"), hover(2, ""), hover(3, "file://[")], {1: OK, 2: OK, 3: OK}),
    Case("opening what is no URI", [opened("", LOST), opened("::", LOST), opened("file://[/x.py", LOST)]),
    Case("no JSON", [framed(b"{nothing")], {None: PARSE}, "JSON"),
    Case("no text", [framed(b'"\xff\xff"')], {None: PARSE}, "JSON"),
    Case("deep JSON", [framed(b"[" * 200_000)], {None: PARSE}, "JSON"),
    Case("another value", [framed(b"[]"), framed(b"7")], {None: INVALID}),
    Case("another version", [{**request(1, "shutdown"), "jsonrpc": "1.0"}], {1: INVALID}),
    Case("no method", [{"jsonrpc": "2.0"}]),
    Case("a batch", [framed(b'[{"jsonrpc": "2.0", "id": 1, "method": "shutdown"}]')], {None: INVALID}),
    Case("a header in small letters", [framed(hover(1, URI), "content-length:{}\r\n\r\n")], {1: OK}),
    Case("line feeds alone", [framed(hover(1, URI), "Content-Length: {}\n\n")], {1: OK}),
    Case("further headers", [framed(hover(1, URI), "X-Tea: green\r\nContent-Length: {}\r\nX: 1\r\n\r\n")], {1: OK}),
    Case("an empty message", [b"Content-Length: 0\r\n\r\n", framed(hover(1, URI))], {1: OK}),
    Case(
        "a length that is none", [framed(hover(1, URI), "Content-Length: tea\r\n\r\n"), b"\r\n", hover(2, URI)], {2: OK}
    ),
    Case("a negative length", [b"Content-Length: -5\r\n\r\n", framed(hover(1, URI))], {1: OK}),
    Case("a length beyond all bounds", [b"Content-Length: 99999999999\r\n\r\n", hover(1, URI)], {1: OK}, "passed over"),
    Case("a length too small", [framed(hover(1, URI), length=20), hover(2, URI)], {None: PARSE, 2: OK}, "passed over"),
    Case(
        "a length too large",
        [framed(hover(1, URI), length=400), framed(hover(2, URI)) + b" " * 400, hover(3, URI)],
        {None: PARSE, 3: OK},
    ),
    Case(
        "edits outside of the text",
        [edited(URI, 2, change((99, 0), (FAR, FAR), "\nasync def other():\n    brew()\n"))],
        lines=[4, 7],
    ),
    Case("edits that end before they begin", [edited(URI, 2, change((4, 0), (0, 0), ""))], lines=[]),
    Case("edits past the end of a line", [edited(URI, 2, change((4, FAR), (4, FAR), "  # tea"))], lines=[4]),
    Case("edits of nothing", [edited(URI, 2)], lines=[4]),
    Case(
        "a version that goes backwards",
        [edited(URI, 9, {"text": LOST}), edited(URI, 2, {"text": "\n" + LOST})],
        logged="from version 9 back to 2",
        lines=[5],
    ),
    Case("the same version again", [edited(URI, 1, {"text": ""}), edited(URI, 2, {"text": LOST})], lines=[4]),
    Case("opening twice", [opened(URI, "\n" + LOST, 2)], logged="while it was open", lines=[5]),
    Case("editing what was never opened", [edited(OTHER, 2, {"text": LOST})], logged="while it was not open"),
    Case("closing what was never opened", [closed(OTHER)], logged="closed while it was not open"),
    Case("closing twice", [opened(OTHER, LOST), closed(OTHER), closed(OTHER)], logged="closed while it was not open"),
    Case("saving what was never opened", [notification("textDocument/didSave", {"textDocument": {"uri": OTHER}})]),
    Case(
        "a notebook that was never opened",
        [
            notification(
                "notebookDocument/didChange",
                {"notebookDocument": {"uri": "file:///tea.ipynb", "version": 1}, "change": {"cells": {}}},
            ),
            notification(
                "notebookDocument/didClose", {"notebookDocument": {"uri": "file:///t"}, "cellTextDocuments": []}
            ),
        ],
    ),
    Case(
        "settings that are none",
        [notification("workspace/didChangeConfiguration", {"settings": [7]})] * 2,
    ),
    Case(
        "changes of files that are nowhere",
        [
            notification(
                "workspace/didChangeWatchedFiles", {"changes": [{"uri": "::", "type": 1}, {"uri": "", "type": 3}]}
            )
        ],
    ),
]


def lives(client: Raw, uri: str = "untitled:Alive") -> None:
    """A document is opened and checked as if nothing had been."""
    client.send(opened(uri, LOST, 77))
    assert client.lines(uri, 77) == [4]


def expect(client: Raw, case: Case) -> None:
    for number, code in case.answers.items():
        found = client.until(
            lambda one, number=number, code=code: (
                "method" not in one and one.get("id") == number and one.get("error", {}).get("code", OK) == code
            ),
            f"{code} for {number!r}",
        )
        assert code == OK or found["error"]["message"]
    if case.logged is not None:
        client.until(
            lambda one: one.get("method") == "window/logMessage" and case.logged in one["params"]["message"],
            case.logged,
        )


@pytest.mark.once
@pytest.mark.parametrize("case", BEFORE, ids=lambda case: case.name)
def test_before_initialize(case: Case) -> None:
    with Raw() as client:
        client.send(*case.sent)
        expect(client, case)
        client.start()
        lives(client)
        assert client.stop() == 0


def test_after_initialize() -> None:
    """All with one server, as if by one client that does nothing right."""
    with Raw() as client:
        client.start()
        for number, case in enumerate(AFTER):
            # Each has its document and its numbers, so that no answer is taken for that to another case.
            client.said.clear()
            client.send(opened(URI, LOST))
            assert client.lines(URI) == [4], case.name
            client.said.clear()
            client.send(*case.sent)
            try:
                expect(client, case)
                if case.lines is not None:
                    assert client.lines(URI, 2) == case.lines
                lives(client, f"untitled:Alive{number}")
            except AssertionError as error:
                raise AssertionError(f"{case.name}: {error}") from error
            client.send(closed(URI), closed(f"untitled:Alive{number}"))
        assert client.shown == []
        assert client.stop() == 0


def test_after_shutdown() -> None:
    with Raw() as client:
        client.start()
        client.send(opened(URI, LOST), request(1, "shutdown"))
        client.answer(1)
        client.send(
            hover(2, URI), edited(URI, 2, {"text": ""}), request(3, "shutdown"), initialize(), request(4, "tea")
        )
        for number in (2, 3, 4):
            assert client.answer(number)["error"]["code"] == INVALID
        client.send(notification("exit"))
        assert client.process.wait(PATIENCE) == 0


@pytest.mark.once
@pytest.mark.parametrize(
    "sent",
    [b"", b"Content-Le", b"Content-Length: 100\r\n", b"Content-Length: 100\r\n\r\n", framed(hover(1, URI))[:-5]],
    ids=["nothing", "half a header", "a header", "no body", "half a body"],
)
def test_half_a_message_and_then_the_end(sent: bytes) -> None:
    with Raw() as client:
        client.start()
        lives(client)
        client.send(sent)
        assert client.process.stdin is not None
        client.process.stdin.close()
        assert client.process.wait(PATIENCE) == 1


def test_a_cancelled_request() -> None:
    with Raw() as client:
        client.start()
        for number in range(1, 50):
            uri = f"untitled:{number}"
            client.send(opened(uri, LOST), hover(number, uri), notification("$/cancelRequest", {"id": number}))
        codes = {client.answer(number).get("error", {}).get("code", OK) for number in range(1, 50)}
        assert codes <= {CANCELLED, OK}
        assert CANCELLED in codes
        lives(client)


@pytest.mark.once
def test_a_client_that_writes_a_lot_before_it_reads() -> None:
    """Both pipes would be full, and each side would wait for the other one."""
    with Raw(reads=False) as client:
        client.send(initialize(), notification("initialized", {}))
        padding = "# " + "x" * 2_000 + "\n"
        for number in range(1_000):
            client.send(opened(f"untitled:{number}", padding + LOST * 3))
            client.send(hover(number, f"untitled:{number}", 5, 5))
        client.read()
        assert client.lines("untitled:999") == [5, 10, 15]
        assert all("result" in client.answer(number) for number in range(1_000))
        assert client.stop() == 0


@pytest.mark.once
def test_a_client_that_never_reads() -> None:
    with Raw(reads=False) as client:
        client.send(initialize(), notification("initialized", {}))
        for number in range(100):
            client.send(opened(f"untitled:{number}", LOST * 20))
        client.send(request("shutdown", "shutdown"), notification("exit"))
        assert client.process.wait(PATIENCE) == 0


def test_a_client_whose_reading_end_is_gone() -> None:
    with Raw(reads=False) as client:
        assert client.process.stdout is not None
        client.process.stdout.close()
        client.send(initialize())
        assert client.process.wait(PATIENCE) == 1


def test_requests_that_come_out_of_order() -> None:
    """What is asked before a document is opened, edited or closed is answered as things stood then."""
    with Raw() as client:
        client.start()
        client.send(hover(1, URI, 4, 5), opened(URI, LOST), hover(2, URI, 4, 5), closed(URI), hover(3, URI, 4, 5))
        assert client.answer(1)["result"] is None
        assert client.answer(3)["result"] is None
        assert "error" not in client.answer(2)
        lives(client)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no POSIX signals")
def test_a_client_that_is_killed_in_the_middle_of_a_message() -> None:
    with Raw() as client:
        client.start()
        client.send(framed(hover(1, URI))[:-5])
        os.kill(client.process.pid, signal.SIGTERM)
        assert client.process.wait(PATIENCE) == -signal.SIGTERM


@pytest.mark.once
def test_further_clients_over_tcp_are_refused_while_one_is_served() -> None:
    command = [sys.executable, "-m", "spooky_asyncio", "server", "--tcp", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment()) as server:
        assert server.stderr is not None
        host, _, port = server.stderr.readline().removeprefix("Listening on ").strip().partition(":")
        assert host == "127.0.0.1"
        with socket.create_connection((host, int(port)), PATIENCE) as first:
            first.sendall(framed(initialize()))
            assert first.recv(100).startswith(b"Content-Length: ")
            for _ in range(3):
                with pytest.raises(OSError):  # noqa: PT011 - each system has its own
                    socket.create_connection((host, int(port)), timeout=5).close()
        assert server.wait(PATIENCE) == 1
