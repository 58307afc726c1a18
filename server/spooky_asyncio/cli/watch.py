"""Do something again after each change of some files.

Changes are looked for by dates and sizes, a few times a second and for a tenth of the time at most: that is the same on
each system, needs no further package, and finds what is saved before its author looks up.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import click

from spooky_asyncio.batch.check import Projects
from spooky_asyncio.batch.outcome import Overrides
from spooky_asyncio.cli import streams
from spooky_asyncio.workspace.files import python_files
from spooky_asyncio.workspace.paths import CONFIGURATION

PAUSE = 0.3
"""Seconds from one look to the next, at least."""
_SHARE = 10

_State: TypeAlias = "dict[Path, tuple[int, int] | None]"


def watch(run: Callable[[], object], paths: Sequence[Path], overrides: Overrides, others: Sequence[Path]) -> None:
    """`others` are files that count besides the ones in `paths`. Ends with KeyboardInterrupt."""
    while True:
        # Before the run: what changes meanwhile is a reason for the next one.
        projects = Projects(overrides)
        before = _state(paths, projects, others)
        click.clear()
        try:
            run()
        except click.ClickException as error:
            # It may be mended as well as any other file.
            error.show()
        now = time.strftime("%H:%M:%S")
        streams.written(lambda now=now: click.echo(f"[{now}] Waiting for changes; Ctrl-C ends it."))  # type: ignore[misc]
        while True:
            started = time.monotonic()
            if _state(paths, projects, others) != before:
                break
            time.sleep(max(PAUSE, _SHARE * (time.monotonic() - started)))


def _state(paths: Sequence[Path], projects: Projects, others: Sequence[Path]) -> _State:
    files = list(python_files(paths, projects.around))
    configurations = {folder / CONFIGURATION for folder in projects.folders}
    return {file: _stamp(file) for file in (*files, *configurations, *others)}


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(file)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
