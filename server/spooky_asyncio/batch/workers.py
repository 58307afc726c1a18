"""Processes that share the files of one run."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from spooky_asyncio import garbage
from spooky_asyncio.batch.check import Checker, Revise
from spooky_asyncio.batch.outcome import Failure, Outcome, Overrides
from spooky_asyncio.batch.starting import context
from spooky_asyncio.processors import processors

FEW = 20
"""A process that has fewer files than this to check takes longer to start than it saves."""

LEAST_AT_ONCE, MOST_AT_ONCE = 8, 40
"""Files that a process is given together: neighbours, as these import much the same."""

PARTS = 50
"""Where there are enough files, each process gets so many parts of them or more, so that none has to wait for long for
the others at the end."""

_checkers: list[Checker] = []
"""The one of a process that is such a worker."""


def useful(files: int) -> int:
    """How many processes are worth starting for so many files."""
    return max(1, min(processors(), files // FEW))


def checked(files: Sequence[Path], overrides: Overrides, jobs: int, verbose: bool) -> Iterator[Outcome]:
    """What came of each file, in their order."""
    at_once = min(max(len(files) // (jobs * PARTS), LEAST_AT_ONCE), MOST_AT_ONCE)
    parts = [files[start : start + at_once] for start in range(0, len(files), at_once)]
    pool = ProcessPoolExecutor(min(jobs, len(parts)) or 1, context(), _start, (overrides, verbose))
    done = 0
    try:
        try:
            for future in [pool.submit(_check, part) for part in parts]:
                outcomes = future.result()
                done += len(outcomes)
                yield from outcomes
        except BrokenProcessPool:
            # Killed, or out of memory. One that has gone takes the others with it.
            yield from map(_lost, files[done:])
    finally:
        # Unless all is done, nobody waits for it any more: Ctrl-C must not have to wait for what they are at.
        is_done = done == len(files)
        pool.shutdown(wait=is_done, cancel_futures=True)
        for process in () if is_done else multiprocessing.active_children():
            process.terminate()


def _lost(file: Path) -> Outcome:
    outcome = Outcome(unchecked=1)
    outcome.fail(Failure("not checked: internal error: a process that checks files has ended", file))
    return outcome


def _start(overrides: Overrides, verbose: bool) -> None:
    # Ctrl-C is for the process that the user has started, which ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    logging.captureWarnings(True)
    logging.getLogger().addHandler(logging.StreamHandler() if verbose else logging.NullHandler())
    garbage.look_when_told(garbage.MANY)
    _checkers.append(Checker(overrides))


def end_with_parent() -> None:
    """End this process at once when the one that has started it is gone, however that came."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _check(files: Sequence[Path]) -> list[Outcome]:
    return list(checked_here(_checkers[0], files))


def checked_here(checker: Checker, files: Iterable[Path], revise: Revise | None = None) -> Iterator[Outcome]:
    """In this process, one after the other."""
    for file in files:
        yield checker.check(file, revise)
        garbage.look_at_new()
