"""Starts the process that analyzes. Imports little: the server does so before it imports what it needs itself."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from typing import TypeAlias

Launched: TypeAlias = "subprocess.Popen[bytes]"

MAIN = "from spooky_asyncio.lsp.worker_process import main"
"""Brings the function that the process runs, which takes the number of this one."""


_ahead: Launched | None = None
"""Launched, and not given out yet."""


def launch_ahead() -> None:
    """Start the process that `launch` gives out next."""
    global _ahead
    # What is in the way of it `launch` will say.
    with suppress(OSError):
        _ahead = launch()


def launch() -> Launched:
    """The same interpreter, with the same packages; or what was launched ahead and nobody has yet. Raises OSError."""
    global _ahead
    if _ahead is not None:
        launched, _ahead = _ahead, None
        return launched
    # Isolated, as the current folder may be one with a `json.py` of somebody else's.
    flags = ["-I", *(["-B"] if sys.dont_write_bytecode else []), "-X", f"utf8={sys.flags.utf8_mode}"]
    path = [folder for folder in sys.path if folder]
    code = f"import sys; sys.path[:] = {path!r}; {MAIN}; main({os.getpid()})"
    return subprocess.Popen(
        [sys.executable, *flags, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # On Windows, an editor without a console would show one.
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
