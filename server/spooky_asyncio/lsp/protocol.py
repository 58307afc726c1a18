"""pygls' protocol with two things set right: how texts are kept, and what an ill-formed request gets."""

from __future__ import annotations

from typing import Any

from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

from spooky_asyncio.lsp.documents import Workspace


class Protocol(LanguageServerProtocol):
    def replace_workspace(self) -> Workspace:
        """Put our own workspace in the place of the one that pygls makes, while that is still empty."""
        made = self.workspace
        self._workspace = Workspace(
            made.root_uri, workspace_folders=[*made.folders.values()], position_encoding=made.position_encoding
        )
        return self._workspace

    def structure_message(self, data: dict[str, Any]) -> Any:
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            # pygls says nothing to the client, which would wait for an answer for ever.
            if "method" in data and "id" in data:
                self._send_response(data["id"], error=error.to_response_error())
            raise
