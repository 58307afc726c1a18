"""A bar on standard error, for who would otherwise wonder whether anything happens."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator, Iterable
from itertools import chain
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 0.5
"""Seconds before the bar appears: it would only flicker over shorter work."""


def tracked(items: Iterable[T], total: int) -> Generator[T, None, None]:
    """The items, one after the other; the bar is gone after the last one."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield from items
        return
    started = time.monotonic()
    remaining = iter(items)
    for done, item in enumerate(remaining):
        if time.monotonic() - started > PATIENCE:
            yield from _with_bar(chain([item], remaining), done, total)
            return
        yield item


def _with_bar(items: Iterable[T], done: int, total: int) -> Generator[T, None, None]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("Checking"), BarColumn(), MofNCompleteColumn(), TextColumn("files"), TimeRemainingColumn()
    # Nothing is printed before all is checked, so there is no output to be led around the bar.
    console = Console(file=sys.stderr)
    with Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as bar:
        task = bar.add_task("", completed=done, total=total)
        for item in items:
            yield item
            bar.advance(task)
