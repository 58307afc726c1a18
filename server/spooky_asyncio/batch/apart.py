"""A run over many files in a process of its own, beside a server that goes on answering."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from spooky_asyncio import garbage
from spooky_asyncio.batch.outcome import Outcome, Overrides
from spooky_asyncio.batch.starting import context
from spooky_asyncio.processors import processors


@dataclass(frozen=True)
class Step:
    """What came of some files, of how many in all."""

    outcome: Outcome
    done: int
    total: int


@dataclass(frozen=True)
class End:
    """What came of the whole run, but for the findings, which the steps had."""

    outcome: Outcome


class Run:
    """Begins at once. It may be waited for on one thread, and ended on another."""

    def __init__(self, paths: Sequence[Path], overrides: Overrides) -> None:
        started = context()
        self._steps, sending = started.Pipe(duplex=False)
        self._process = started.Process(target=_run, args=(paths, overrides, sending), name="spooky-workspace")
        self._process.start()
        # Else the end of the process would not be the end of what it sends.
        sending.close()

    def __iter__(self) -> Iterator[Step | End]:
        """What comes, until the end. Without an `End` the process has ended before its work was done."""
        try:
            while True:
                yield self._steps.recv()
        except (EOFError, OSError):
            self._process.join()

    def stop(self) -> None:
        """What has not come by now will not come any more."""
        self._process.terminate()


def _run(paths: Sequence[Path], overrides: Overrides, steps: Connection) -> None:
    # Not for the server, which has no use for what analyzes.
    from spooky_asyncio.batch.run import run
    from spooky_asyncio.batch.workers import end_with_parent
    from spooky_asyncio.workspace.cache import Cache, folder

    end_with_parent()
    garbage.look_when_told(garbage.MANY)
    logging.captureWarnings(True)
    if hasattr(os, "nice"):
        # Whoever types goes first.
        os.nice(5)

    def tracked(outcomes: Generator[Outcome, None, None], total: int) -> Generator[Outcome, None, None]:
        for done, outcome in enumerate(outcomes, 1):
            if outcome.findings or done % MOST_SILENT == 0:
                steps.send(Step(outcome, done, total))
            yield outcome

    cache = Cache(folder(None))
    # Half of the machine is left to the editor.
    outcome = run(paths, overrides, jobs=max(1, processors() // 2), cache=cache, tracked=tracked)
    outcome.findings.clear()
    steps.send(End(outcome))
    steps.close()


MOST_SILENT = 20
"""So many files without a finding go by before the next step is told."""
