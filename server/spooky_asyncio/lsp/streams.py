"""The streams that processes talk on: undisturbed, never waited for, and found again after a message that is none."""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
from collections import deque
from collections.abc import Callable
from typing import BinaryIO, cast

log = logging.getLogger(__name__)

MOST_PENDING = 16 * 1024 * 1024
"""So many bytes wait for a client that does not read. One that never does is waited for: so its own messages wait."""

MOST_RECEIVED = 256 * 1024 * 1024
"""A message that claims to be longer is none."""

LAST_SECONDS = 2.0
"""How long the last messages may take to be read."""

_LENGTH = re.compile(rb"content-length[ \t]*:[ \t]*(\d{1,18})[ \t]*\r?\n", re.IGNORECASE)


def own_stdout() -> BinaryIO:
    """The real stdout, for one purpose alone: whatever else writes to stdout from now on writes to stderr."""
    sys.stdout.flush()
    own = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return own


class Inbox:
    """What pygls reads from. It knows a header by its exact spelling alone, and takes what stands before it in the same
    line, as after a body that was longer than it said, for a part of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readline(self) -> bytes:
        line = self._stream.readline()
        if not line.strip():
            # With one that ends in another way, pygls would read on.
            return b"\r\n" if line else line
        found = _LENGTH.search(line)
        if found is None:
            if not re.match(rb"[\w-]+:", line):
                log.warning("passed over %s bytes between messages", len(line))
            return line
        if int(found[1]) > MOST_RECEIVED:
            log.warning("passed over a message that claims to have %s bytes", int(found[1]))
            return b"\r\n"
        return b"Content-Length: %d\r\n" % int(found[1])

    def read(self, size: int) -> bytes:
        return self._stream.read(size)


class Outbox:
    """What pygls writes to. A thread passes it on, so that the protocol's loop does not wait for a client that reads
    late, which may be waiting for the loop itself to read. `lost` hears when there is nobody to read any more."""

    def __init__(self, stream: BinaryIO, lost: Callable[[], None]) -> None:
        self._stream = stream
        self._lost = lost
        self._pending: deque[bytes] = deque()
        self._size = 0
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._pass_on, name="spooky-outbox", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._size < MOST_PENDING)
            self._pending.append(data)
            self._size += len(data)
            self._changed.notify_all()

    def flush(self) -> None:
        """The thread does."""

    def close(self) -> None:
        """After what is pending, unless nobody reads it."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join(LAST_SECONDS)

    def _pass_on(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pending or self._closed)
                if not self._pending:
                    return
                data = self._pending[0]
            try:
                self._stream.write(data)
                self._stream.flush()
            except (OSError, ValueError) as error:
                log.info("the client reads no more: %s", error)
                self._lost()
                return
            with self._changed:
                self._pending.popleft()
                self._size -= len(data)
                self._changed.notify_all()


def for_pygls(stream: Inbox | Outbox) -> BinaryIO:
    """It uses no more of a stream than these have."""
    return cast("BinaryIO", stream)
