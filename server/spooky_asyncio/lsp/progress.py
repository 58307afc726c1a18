"""How far a check of the whole workspace is, as the client shows it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from spooky_asyncio.lsp.pulling import Found
from spooky_asyncio.lsp.whole_workspace import Told


class Progress:
    """Tells nothing without a token."""

    def __init__(self, server: LanguageServer, token: types.ProgressToken | None) -> None:
        self._server = server
        self._token = token
        self._percentage = 0

    @classmethod
    async def of(cls, server: LanguageServer, title: str, cancel: Callable[[], None]) -> Progress:
        """One that the server asks the client for, and that the user can cancel."""
        can = server.client_capabilities.window
        if can is None or not can.work_done_progress:
            return cls(server, None)
        token = str(uuid.uuid4())
        try:
            await server.work_done_progress.create_async(token)
        except JsonRpcException:
            # It goes without.
            return cls(server, None)
        progress = cls(server, token)
        progress.begin(title, cancel)
        return progress

    def begin(self, title: str, cancel: Callable[[], None] | None = None) -> None:
        if self._token is None:
            return
        value = types.WorkDoneProgressBegin(title=title, cancellable=cancel is not None, percentage=0)
        self._server.work_done_progress.begin(self._token, value)
        if cancel is not None:
            cancelled = self._server.work_done_progress.tokens[self._token]
            cancelled.add_done_callback(lambda future: cancel() if future.cancelled() else None)

    def report(self, told: Told) -> None:
        percentage = 100 * told.done // max(told.total, 1)
        if self._token is None or percentage == self._percentage:
            return
        self._percentage = percentage
        value = types.WorkDoneProgressReport(message=f"{told.done} of {told.total} files", percentage=percentage)
        self._server.work_done_progress.report(self._token, value)

    def end(self, message: str) -> None:
        if self._token is not None:
            self._server.work_done_progress.end(self._token, types.WorkDoneProgressEnd(message=message))
            self._server.work_done_progress.tokens.pop(self._token, None)


def summary(told: Told, found: Collection[Found]) -> str:
    """What came of a check, in one line for the user."""
    outcome = told.outcome
    if outcome is None:
        return "The workspace was not checked to the end."
    files = _counted(outcome.checked, "file")
    problems = sum(len(one.diagnostics) for one in found)
    said = f"{_counted(problems, 'problem')} in {len(found)} of {files}" if problems else f"no problems in {files}"
    missed = outcome.unchecked + outcome.partly
    return f"Found {said}" + (f"; {_counted(missed, 'file')} could not be checked, see the log." if missed else ".")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
