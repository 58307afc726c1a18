"""pygls' protocol with three things set right: how texts are kept, what an ill-formed request gets, and the shutdown
while requests are under way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

from spooky_asyncio.lsp.documents import Workspace


class RequestFailed(JsonRpcException):
    """A request is all right, and there is no answer to it all the same."""

    CODE = types.LSPErrorCodes.RequestFailed.value
    MESSAGE = "Request failed"


class Protocol(LanguageServerProtocol):
    def replace_workspace(self) -> Workspace:
        """Put our own workspace in the place of the one that pygls makes, while that is still empty."""
        made = self.workspace
        self._workspace = Workspace(
            made.root_uri, workspace_folders=[*made.folders.values()], position_encoding=made.position_encoding
        )
        return self._workspace

    def when_cancelled(self, stop: Callable[[], None]) -> None:
        """Call `stop` when the client cancels the request that is being handled: where that is a command, pygls gives
        up only the answer to it."""
        answer = self._request_futures.get(self.msg_id) if self.msg_id is not None else None
        if answer is not None:
            answer.add_done_callback(lambda future: stop() if future.cancelled() else None)

    def structure_message(self, data: dict[str, Any]) -> Any:
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            # pygls says nothing to the client, which would wait for an answer for ever.
            if "method" in data and "id" in data:
                self._send_response(data["id"], error=error.to_response_error())
            raise

    def cancel_requests(self) -> None:
        """Cancel what is under way, but for the request that is being answered.

        pygls does so too at the shutdown, stumbles over the first one, and answers with an error.
        """
        for number, future in [*self._request_futures.items()]:
            if number != self.msg_id and not future.done():
                future.cancel()
