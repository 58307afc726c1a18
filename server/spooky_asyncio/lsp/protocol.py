"""pygls' protocol with four things set right: how texts are kept, what ill-formed messages get, what comes before the
beginning or after the end, and the shutdown while requests are under way."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidRequest, JsonRpcServerNotInitialized
from pygls.protocol import LanguageServerProtocol

from spooky_asyncio.lsp.documents import Workspace

log = logging.getLogger(__name__)


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
            log.warning("refused a message with wrong parameters: %s", data.get("method", "an answer"))
            # pygls says nothing to the client, which would wait for an answer for ever.
            if "method" in data and "id" in data:
                self.refuse(data["id"], error)
            raise

    def handle_message(self, message: Any) -> None:
        """What comes at the wrong time, or is no message at all, gets the protocol's own errors."""
        method = getattr(message, "method", None)
        number = getattr(message, "id", None)
        if getattr(message, "jsonrpc", None) != self.VERSION:
            number = message.get("id") if isinstance(message, dict) else number
            self.refuse(number, JsonRpcInvalidRequest("not a message of JSON-RPC 2.0"))
        elif method is None or method == types.EXIT:
            super().handle_message(message)
        elif self._workspace is None and method != types.INITIALIZE:
            self._come_at_the_wrong_time(number, method, JsonRpcServerNotInitialized("'initialize' comes first"))
        elif self._workspace is not None and method == types.INITIALIZE:
            self._come_at_the_wrong_time(number, method, JsonRpcInvalidRequest("'initialize' comes only once"))
        elif self._shutdown:
            self._come_at_the_wrong_time(number, method, JsonRpcInvalidRequest("'shutdown' was the last request"))
        else:
            super().handle_message(message)

    def _execute_handler(self, msg_id: str | int, *args: Any, **kwargs: Any) -> None:
        super()._execute_handler(msg_id, *args, **kwargs)
        handled = self._request_futures.get(msg_id)

        def forget(_: Any) -> None:
            if self._request_futures.get(msg_id) is handled:
                del self._request_futures[msg_id]

        if handled is not None:
            # pygls keeps what came of each notification for ever.
            handled.add_done_callback(forget)

    def refuse(self, number: Any, error: JsonRpcException) -> None:
        """Answer with an error; with None for a message of which nobody knows the number."""
        known = number if isinstance(number, (int, str)) else None
        self._send_data({"jsonrpc": self.VERSION, "id": known, "error": error.to_response_error()})

    def _come_at_the_wrong_time(self, number: Any, method: str, error: JsonRpcException) -> None:
        log.warning("refused '%s': %s", method, error)
        if number is not None:
            self.refuse(number, error)

    def cancel_requests(self) -> None:
        """Cancel what is under way, but for the request that is being answered.

        pygls does so too at the shutdown, stumbles over the first one, and answers with an error.
        """
        for number, future in [*self._request_futures.items()]:
            if number != self.msg_id and not future.done():
                future.cancel()
