"""The protocol over TCP, for editors that start no processes: on this machine only, and with one client."""

from __future__ import annotations

import socket
import sys
from typing import BinaryIO

HOST = "127.0.0.1"


def accept(port: int) -> tuple[BinaryIO, BinaryIO]:
    """Wait for the one client, and return what is read from it and written to it. Any other is refused. With port 0 the
    system chooses one; standard error says which. Raises OSError."""
    with socket.create_server((HOST, port), backlog=1) as listener:
        print(f"Listening on {HOST}:{listener.getsockname()[1]}", file=sys.stderr, flush=True)
        connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection.makefile("rb"), connection.makefile("wb")
