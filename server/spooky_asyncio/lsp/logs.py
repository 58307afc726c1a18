"""Where log records go: to stderr, and the project's own to the client's log too, from whichever process."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import TypeAlias

from spooky_asyncio.settings import LogLevel

_PROJECT = "spooky_asyncio"
_ANSWERED = ("spooky_asyncio.engine", "spooky_asyncio.lsp.analyst")
"""What fails there is in an answer too, and each failure is told once from there."""

Send: TypeAlias = Callable[[int, str], None]
"""Takes a level of `logging` and a line. Must be thread-safe."""


class Forwarding(logging.Handler):
    """Sends one line per record; the traceback, if there is one, is on stderr."""

    def __init__(self, send: Send) -> None:
        super().__init__()
        self._send = send
        self.addFilter(_Once())
        self.addFilter(is_forwarded)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._send(record.levelno, record.getMessage())
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


def is_forwarded(record: logging.LogRecord) -> bool:
    return record.name.startswith(_PROJECT) and record.name not in _ANSWERED


def to_stderr(wants: Callable[[logging.LogRecord], bool] = lambda record: True) -> None:
    """All warnings and errors that are wanted."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    handler.addFilter(_Once())
    handler.addFilter(wants)
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
    # jedi and others warn about what they find in the user's code; printed, that might end up in the protocol.
    logging.captureWarnings(True)


def forward(send: Send) -> None:
    """The project's own records."""
    logger = logging.getLogger(_PROJECT)
    logger.setLevel(logging.INFO)
    logger.addHandler(Forwarding(send))


def tell(level: LogLevel) -> None:
    """Of the project's own records, this and what is more severe."""
    logging.getLogger(_PROJECT).setLevel(level.value.upper())
