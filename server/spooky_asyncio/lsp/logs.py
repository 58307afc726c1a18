"""Where log records go: to stderr, and the project's own to the client's log too."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified

from spooky_asyncio.settings import LogLevel

_PROJECT = "spooky_asyncio"
_ENGINE = "spooky_asyncio.engine"


class ClientHandler(logging.Handler):
    """Sends one line per record; the traceback, if there is one, is on stderr. `send` must be thread-safe."""

    def __init__(self, send: Callable[[types.LogMessageParams], None]) -> None:
        super().__init__()
        self._send = send
        self.addFilter(_Once())
        # What fails in the engine is in its report too, and each failure is told once from there.
        self.addFilter(lambda record: record.name != _ENGINE)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._send(types.LogMessageParams(_message_type(record.levelno), record.getMessage()))
        except Exception:
            self.handleError(record)


class _Once(logging.Filter):
    """An internal failure comes back with every keystroke. To be told once, with its traceback, is enough."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[tuple[str, int]] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        traceback = record.exc_info[2] if record.exc_info else None
        if traceback is None or not record.name.startswith(_PROJECT):
            return True
        while traceback.tb_next is not None:
            traceback = traceback.tb_next
        seen = (record.getMessage(), traceback.tb_lineno)
        is_new = seen not in self._seen
        self._seen.add(seen)
        return is_new


def to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    handler.addFilter(_Once())
    handler.addFilter(lambda record: not _is_told_to_client(record))
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
    # jedi and others warn about what they find in the user's code; printed, that might end up in the protocol.
    logging.captureWarnings(True)


def to_client(send: Callable[[types.LogMessageParams], None]) -> None:
    logger = logging.getLogger(_PROJECT)
    logger.setLevel(logging.INFO)
    logger.addHandler(ClientHandler(send))


def tell(level: LogLevel) -> None:
    """Of the project's own records, this and what is more severe."""
    logging.getLogger(_PROJECT).setLevel(level.value.upper())


def _is_told_to_client(record: logging.LogRecord) -> bool:
    """Text that has changed meanwhile is no failure, though pygls logs a traceback of the answer."""
    return record.exc_info is not None and isinstance(record.exc_info[1], JsonRpcContentModified)


def _message_type(level: int) -> types.MessageType:
    if level >= logging.ERROR:
        return types.MessageType.Error
    if level >= logging.INFO:
        return types.MessageType.Warning if level >= logging.WARNING else types.MessageType.Info
    return types.MessageType.Log
