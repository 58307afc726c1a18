"""The process that has started the server, which must not outlive it."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time

log = logging.getLogger(__name__)

SECONDS = 2.0
"""How often one looks."""


def end_with(process: int) -> None:
    """End this process when that one is gone. Its number may be that of another machine's or container's process: one
    that is not there to begin with is not waited for."""
    if is_running(process):
        threading.Thread(target=_watch, args=(process,), name="spooky-parent", daemon=True).start()


def is_running(process: int) -> bool:
    if process <= 0:
        return False
    if sys.platform == "win32":
        return _is_running_on_windows(process)
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        # No process has a number as large as clients may send.
        return False
    except OSError:
        # Somebody else's.
        return True
    return True


def _watch(process: int) -> None:
    while is_running(process):
        time.sleep(SECONDS)
    log.warning("the client's process %s is gone, and so this server ends", process)
    os._exit(1)


def _is_running_on_windows(process: int) -> bool:
    if sys.platform != "win32":
        return False
    import ctypes

    synchronize, timed_out = 0x0010_0000, 0x0000_0102
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.OpenProcess.restype = ctypes.c_void_p
    handle = kernel.OpenProcess(synchronize, False, process)
    if not handle:
        access_denied = 5
        return ctypes.get_last_error() == access_denied
    try:
        return bool(kernel.WaitForSingleObject(ctypes.c_void_p(handle), 0) == timed_out)
    finally:
        kernel.CloseHandle(ctypes.c_void_p(handle))
