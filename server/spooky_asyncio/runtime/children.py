"""The processes that a program starts by `multiprocessing` are watched like the program itself, however they start.

One that is forked goes on as it was. One that is started anew reads from its parent how to prepare itself, before it
imports anything of the program: what it reads there has a piece of ours in it, which runs our own script.
"""

from __future__ import annotations

import functools
import os
import runpy
from collections.abc import Callable
from multiprocessing import spawn, util
from typing import Any

NAME = "__spooky_child__"
"""What our script is called when it runs in such a process."""
REPORT = "report"
"""The name that it finds the report's file under."""

_SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "__main__.py")


class _Stowaway:
    """Runs the script where it is unpickled: with the standard library alone, for nothing else may be installed."""

    def __init__(self, report: str) -> None:
        self._report = report

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return runpy.run_path, (_SCRIPT, {REPORT: self._report}, NAME)


def watch_children(report: str, owner: Any, end: Callable[[Any], object]) -> None:
    """`end` is called with `owner` before such a process ends: not all of them run what `atexit` knows."""
    before = spawn.get_preparation_data

    @functools.wraps(before)
    def get_preparation_data(name: str) -> dict[str, Any]:
        return {**before(name), "spooky": _Stowaway(report)}

    spawn.get_preparation_data = get_preparation_data
    # It forgets all finalizers when it begins, and calls this then.
    util.register_after_fork(owner, lambda owner: util.Finalize(None, end, (owner,), exitpriority=0))
