"""Any input: every Python file of some folders is checked as `spooky check` does it, as it is or spoiled.

usage: python tests/reliability/inputs.py FOLDER... [--mutate] [--seed SEED] [--count COUNT] [--jobs JOBS]

With `--mutate` files picked at random are spoiled first: see `spoiling.py`. Prints what went wrong inside and which
files took longest, and fails if anything did. Nothing of the folders is changed.
"""

from __future__ import annotations

import argparse
import heapq
import logging
import random
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).parents[1]))

from reliability.spoiling import SPOILERS, spoiled
from spooky_asyncio import garbage
from spooky_asyncio.batch.check import Checker, Outcome, Overrides
from spooky_asyncio.source import Source

PATIENCE = 60
"""Seconds of processor time after which a file counts as one that hangs."""

INTERNAL = re.compile(r"internal error|jedi could not")
"""What a failure says that is the checker's own fault, and not the file's."""

_AT_ONCE = 20


@dataclass(frozen=True)
class Input:
    """One file, and how it is spoiled: nothing for as it is."""

    path: Path
    spoiler: str = ""
    seed: str = ""

    def __str__(self) -> str:
        return f"{self.path} {self.spoiler} {self.seed}".rstrip()


@dataclass(frozen=True)
class Result:
    input: Input
    seconds: float
    kind: str
    """checked, partly checked, refused or failed"""
    errors: tuple[str, ...] = ()
    findings: int = 0


class _TakesTooLong(BaseException):
    """Nobody below catches it."""


def result(given: Input, checker: Checker) -> Result:
    start = time.process_time()
    try:
        outcome = _outcome(given, checker)
        errors = tuple(str(failure) for failure in outcome.failures if INTERNAL.search(failure.message))
    except _TakesTooLong:
        return Result(given, time.process_time() - start, "failed", (f"{given.path}: takes longer than {PATIENCE} s",))
    except Exception as error:
        return Result(given, time.process_time() - start, "failed", (f"{given.path}: raised {error!r}",))
    kind = "failed" if errors else "refused" if outcome.unchecked else "partly" if outcome.partly else "checked"
    return Result(given, time.process_time() - start, kind, errors, len(outcome.findings))


def _outcome(given: Input, checker: Checker) -> Outcome:
    if not given.spoiler:
        return checker.check(given.path)
    text = spoiled(given.path.read_bytes(), given.spoiler, given.seed)
    if isinstance(text, bytes):
        return checker.check_piped(text, given.path)
    # What no file can hold may still come from an editor.
    return checker._outcome(given.path, lambda project: project.check(Source.from_text(text, given.path)), None)


def results(inputs: Sequence[Input], jobs: int = 1) -> Iterator[Result]:
    parts = [inputs[start : start + _AT_ONCE] for start in range(0, len(inputs), _AT_ONCE)]
    with ProcessPoolExecutor(jobs) as pool:
        for part in pool.map(_results, parts):
            yield from part


_checkers: list[Checker] = []


def _results(inputs: Iterable[Input]) -> list[Result]:
    """In a process of its own, which goes on with what it has learned, as one of `spooky check` does."""
    if not _checkers:
        logging.captureWarnings(True)
        logging.getLogger().addHandler(logging.NullHandler())
        garbage.look_when_told(garbage.MANY)
        _checkers.append(Checker(Overrides()))
    found = []
    for given in inputs:
        found.append(_timed(given, _checkers[0]))
        garbage.look_at_new()
    return found


def _timed(given: Input, checker: Checker) -> Result:
    if not hasattr(signal, "setitimer"):
        return result(given, checker)

    def stop(number: int, frame: FrameType | None) -> None:
        raise _TakesTooLong

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        return result(given, checker)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def files(folders: Iterable[Path]) -> list[Path]:
    """All of them, also those that a project would leave out."""
    return sorted({file for folder in folders for file in folder.absolute().rglob("*.py") if file.is_file()})


def mutations(paths: Sequence[Path], seed: int, count: int) -> list[Input]:
    """The same for the same seed and number, whatever the count."""
    chosen = random.Random(seed)
    return [Input(chosen.choice(paths), chosen.choice(list(SPOILERS)), f"{seed} {number}") for number in range(count)]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="check whatever Python files there are, as they are or spoiled")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--mutate", action="store_true", help="spoil the files first")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000, help="how many files are spoiled")
    parser.add_argument("--jobs", type=int, default=1, help="how many processes share the work")
    options = parser.parse_args(arguments)
    paths = files(options.folders)
    inputs = mutations(paths, options.seed, options.count) if options.mutate else list(map(Input, paths))
    kinds: Counter[str] = Counter()
    slowest: list[tuple[float, str]] = []
    start, findings = time.monotonic(), 0
    for one in results(inputs, options.jobs):
        kinds[one.kind] += 1
        findings += one.findings
        slowest = heapq.nlargest(10, [*slowest, (one.seconds, str(one.input))])
        for error in one.errors:
            print(f"{error}  [{one.input.spoiler} {one.input.seed}]" if one.input.spoiler else error, flush=True)
    for seconds, name in slowest:
        print(f"{seconds:6.1f} s {name}")
    counts = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    print(f"{len(inputs)} inputs in {time.monotonic() - start:.0f} s: {counts}; {findings} findings")
    return 1 if kinds["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
