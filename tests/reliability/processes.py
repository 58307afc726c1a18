"""Processes, as Linux shows them in /proc."""

from __future__ import annotations

import os
import time
from pathlib import Path

PATIENCE = 60


def children(process: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except (OSError, ValueError):
            continue
        if int(parent) == process and state != "Z":
            found += [int(stat.parent.name), *children(int(stat.parent.name))]
    return found


def is_there(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def workers(server: int) -> list[int]:
    """The processes that analyze for a server."""
    return [one for one in children(server) if b"worker_process" in _command(one)]


def worker_of(server: int) -> int:
    """The one process that analyzes for a server. Between two of them there is none for a moment."""
    end = time.monotonic() + PATIENCE
    while len(found := workers(server)) != 1:
        assert time.monotonic() < end, found
        time.sleep(0.01)
    return found[0]


def resident(process: int) -> int:
    """Its memory, in bytes."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def processor_seconds(process: int) -> float:
    """How long it has worked; nothing for one that is gone."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""
