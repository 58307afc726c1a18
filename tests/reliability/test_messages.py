"""Whatever stands in whichever field of a message: each request is answered, and the server goes on as before."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reliability.raw import Message, Raw, closed, framed, hover, notification, opened, request

LOST = "async def brew():\n    pass\n\nasync def main():\n    brew()\n"
URI, CELL, NOTEBOOK = "file:///tea/tea.py", "vscode-notebook-cell:/tea/tea.ipynb#1", "file:///tea/tea.ipynb"
PLACE = {"line": 4, "character": 5}
SPAN = {"start": PLACE, "end": PLACE}
DOCUMENT = {"uri": URI}
WITH_VERSION = {"uri": URI, "version": 2}
FINDING = {"range": SPAN, "message": "tea", "severity": 1, "code": "coroutine-never-awaited", "source": "spooky"}
ACTION = {
    "title": "Await 'brew()'",
    "kind": "quickfix",
    "data": {
        "uri": URI,
        "version": 1,
        "kind": "quickfix",
        "title": "Await",
        "findings": ["coroutine-never-awaited 4:4-4:8"],
    },
}
IN_NOTEBOOK = {
    "uri": NOTEBOOK,
    "notebookType": "jupyter-notebook",
    "version": 1,
    "cells": [{"kind": 2, "document": CELL}],
}
CELL_TEXT = {"uri": CELL, "languageId": "python", "version": 1, "text": LOST}
STRUCTURE = {"array": {"start": 0, "deleteCount": 0, "cells": []}, "didOpen": [], "didClose": []}

REQUESTS = {
    "textDocument/hover": {"textDocument": DOCUMENT, "position": PLACE},
    "textDocument/codeAction": {
        "textDocument": DOCUMENT,
        "range": SPAN,
        "context": {"diagnostics": [FINDING], "only": ["quickfix"], "triggerKind": 1},
    },
    "codeAction/resolve": ACTION,
    "textDocument/diagnostic": {"textDocument": DOCUMENT, "identifier": "spooky", "previousResultId": "1"},
    "workspace/executeCommand": {"command": "spooky.server.applyCodeAction", "arguments": [ACTION]},
}
NOTIFICATIONS = {
    "textDocument/didOpen": {"textDocument": {**DOCUMENT, "languageId": "python", "version": 1, "text": LOST}},
    "textDocument/didChange": {"textDocument": WITH_VERSION, "contentChanges": [{"range": SPAN, "text": "x"}]},
    "textDocument/didSave": {"textDocument": DOCUMENT, "text": LOST},
    "textDocument/didClose": {"textDocument": DOCUMENT},
    "notebookDocument/didOpen": {"notebookDocument": IN_NOTEBOOK, "cellTextDocuments": [CELL_TEXT]},
    "notebookDocument/didChange": {
        "notebookDocument": {"uri": NOTEBOOK, "version": 2},
        "change": {
            "cells": {
                "structure": STRUCTURE,
                "textContent": [{"document": {"uri": CELL, "version": 2}, "changes": [{"range": SPAN, "text": "x"}]}],
            }
        },
    },
    "notebookDocument/didSave": {"notebookDocument": {"uri": NOTEBOOK}},
    "notebookDocument/didClose": {"notebookDocument": {"uri": NOTEBOOK}, "cellTextDocuments": [{"uri": CELL}]},
    "workspace/didChangeConfiguration": {"settings": {"spooky": {"exclude": ["x"], "severity": {"a": "b"}}}},
    "workspace/didChangeWatchedFiles": {"changes": [{"uri": URI, "type": 2}]},
    "workspace/didChangeWorkspaceFolders": {"event": {"added": [{"uri": URI, "name": "tea"}], "removed": []}},
    "$/cancelRequest": {"id": 1},
    "$/setTrace": {"value": "verbose"},
}
ODD: tuple[Any, ...] = (
    *(None, True, -1, 0, 1.5, 2**31, 2**32, 2**63, 10**400, [], {}, [[]], [None], {"a": {}}),
    *("", "\x00", "\ud800", "\x1b[2J", "../..", "file://", "file:///\x00", "file:///dev/zero", "x" * 100_000),
    {"start": {"line": 9, "character": 9}, "end": {"line": 0, "character": 0}},
)


AT_ONCE = 4
"""So many odd values are put in place of each part, others each time."""


def with_odd_fields(params: Any) -> Iterator[Any]:
    """The parameters with odd values in place of each part of them, and without that part."""
    values = itertools.cycle(ODD)
    for path in _paths(params):
        for odd in itertools.islice(values, AT_ONCE):
            changed = copy.deepcopy(params)
            _at(changed, path[:-1])[path[-1]] = odd
            yield changed
        changed = copy.deepcopy(params)
        del _at(changed, path[:-1])[path[-1]]
        yield changed
    yield from ODD


def _paths(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*above, key)
        yield from _paths(inner, (*above, key))


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def lives(client: Raw) -> None:
    """A document is opened and checked as if nothing had been."""
    uri, number = "untitled:Alive", f"alive {len(client.said)}"
    client.send(closed(uri), opened(uri, LOST), hover(number, uri, 4, 5))
    assert "brew" in client.answer(number)["result"]["contents"]["value"]


def sent(message: Message) -> bytes:
    return framed(json.dumps(message).encode())


@pytest.mark.once
def test_odd_fields() -> None:
    """All with one server, a kind of message after the other."""
    with Raw() as client:
        client.start({"textDocument": {"diagnostic": {}}})
        number = 0
        for method, params in (NOTIFICATIONS | REQUESTS).items():
            client.send(opened(URI, LOST))
            first = number + 1
            for odd in with_odd_fields(params):
                number += 1
                if method in REQUESTS:
                    client.send(sent(request(number, method, odd)))
                else:
                    client.send(sent(notification(method, odd)))
            if method in REQUESTS:
                for one in range(first, number + 1):
                    found = client.answer(one)
                    assert "result" in found or found["error"]["message"], found
            lives(client)
        assert number > 500
        assert client.stop() == 0
        assert "Traceback" not in client.errors
        assert [line for line in client.logged if "internal error" in line] == []


@pytest.mark.once
@pytest.mark.parametrize("process", [2**31, 2**63, -1, 0, 10**30])
def test_a_process_that_can_be_none(process: int) -> None:
    with Raw() as client:
        params = {"processId": process, "rootUri": None, "capabilities": {}}
        client.send(request("initialize", "initialize", params))
        if "error" in client.answer("initialize"):
            client.said.clear()
            client.start()
        else:
            client.send(notification("initialized", {}))
        lives(client)
        assert client.stop() == 0


@pytest.mark.once
def test_odd_folders(tmp_path: Path) -> None:
    """Folders that are none, files, or nobody's, and settings for them."""
    folders = [
        {"uri": uri, "name": "\x1b[2J"}
        for uri in ("", "x", "file:///nowhere", "http://x/y", "file:///\x00", tmp_path.as_uri())
    ]
    with Raw() as client:
        params = {
            "processId": None,
            "rootUri": "::",
            "rootPath": "\x00",
            "capabilities": {},
            "workspaceFolders": folders,
        }
        client.send(
            request(1, "initialize", {**params, "initializationOptions": {"folders": {"\x00": 7}, "scope": []}})
        )
        assert "result" in client.answer(1)
        client.send(notification("initialized", {}))
        lives(client)
        assert client.stop() == 0
        assert "Traceback" not in client.errors
