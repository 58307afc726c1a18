"""How further processes are started. Imports little, for the server does."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import util
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any

_one_at_a_time = threading.Lock()


@contextmanager
def _elsewhere() -> Iterator[None]:
    """Processes that are started meanwhile do not look for modules in the current folder.

    Python would look for `multiprocessing` there first. It is somebody's workspace, and what is found there would run.
    """
    flags: Any = util._args_from_interpreter_flags  # type: ignore[attr-defined]
    # Before 3.11 there is nothing but isolation. That is more than is needed, but the path is handed on all the same.
    safe = "-P" if sys.version_info >= (3, 11) else "-I"
    with _one_at_a_time:
        util._args_from_interpreter_flags = lambda: [*flags(), safe]  # type: ignore[attr-defined]
        try:
            yield
        finally:
            util._args_from_interpreter_flags = flags  # type: ignore[attr-defined]


class _Process(SpawnProcess):
    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802 - that is its name
        with _elsewhere():
            return SpawnProcess._Popen(process_obj)


class _Context(SpawnContext):
    Process = _Process


def context() -> SpawnContext:
    """Processes are started anew on each system: what a fork takes over of threads and files is nobody's wish."""
    if sys.platform != "win32":
        from multiprocessing import resource_tracker

        with _elsewhere():
            # A process of its own, which the first lock would start.
            resource_tracker.ensure_running()
    return _Context()
