"""How further processes are started. Imports little, for the server does."""

from __future__ import annotations

import multiprocessing
import os
import sys
from multiprocessing import util
from multiprocessing.context import SpawnContext


def context() -> SpawnContext:
    """Processes are started anew on each system: what a fork takes over of threads and files is nobody's wish.

    Python would look for `multiprocessing` in the current folder first, which is somebody's workspace, and run what it
    finds there. It is told not to.
    """
    if sys.version_info >= (3, 11):
        os.environ["PYTHONSAFEPATH"] = "1"
    else:
        # There is no such variable. Isolation is more than is needed, but the path is handed on all the same.
        util._args_from_interpreter_flags = lambda: ["-I"]
    return multiprocessing.get_context("spawn")
