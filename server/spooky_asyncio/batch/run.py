"""Find the files of a run, and have them checked."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

from spooky_asyncio.batch import workers
from spooky_asyncio.batch.check import Checker, Revise
from spooky_asyncio.batch.kept import Kept
from spooky_asyncio.batch.outcome import Failure, Outcome, Overrides
from spooky_asyncio.batch.selection import Selection
from spooky_asyncio.workspace.cache import Cache
from spooky_asyncio.workspace.files import python_files
from spooky_asyncio.workspace.paths import CONFIGURATION

Tracked: TypeAlias = "Callable[[Generator[Outcome, None, None], int], Generator[Outcome, None, None]]"


def run(
    paths: Sequence[Path],
    overrides: Overrides,
    revise: Revise | None = None,
    jobs: int | None = 1,
    verbose: bool = False,
    cache: Cache | None = None,
    tracked: Tracked | None = None,
    selection: Selection | None = None,
) -> Outcome:
    """Check files and folders, and revise those without a syntax error. One bad file harms no other, and what goes
    wrong is in the outcome. As many processes as there are `jobs` share the files, or as many as are worth it; what is
    to be revised is left to one. What is in the cache is not checked again. `tracked` sees the outcome of each file, of
    how many in all, and hands it on. What a `selection` raises is raised."""
    outcome, checker = Outcome(), Checker(overrides)

    def unreachable(error: OSError) -> None:
        outcome.unchecked += 1
        outcome.fail(Failure(f"cannot be read: {error.strerror}", Path(error.filename)))

    found_there = list(python_files(paths, checker.projects.around, unreachable, checker.projects.listed))
    selection = selection or Selection()
    files = [file for file in found_there if selection.wants(file, checker.projects.around(file))]
    kept = Kept(cache, checker.projects, overrides.fixes) if cache is not None else None
    known = kept.known(files) if kept is not None else {}
    remaining = [file for file in files if file not in known]
    jobs = workers.useful(len(remaining)) if jobs is None else jobs
    if jobs > 1 and revise is None:
        outcomes = workers.checked(remaining, overrides, jobs, verbose)
    else:
        outcomes = workers.checked_here(checker, remaining, revise)
    # Closed at once on Ctrl-C too, so that the bar does not keep the cursor hidden.
    in_order = _in_order(files, known, outcomes)
    with closing(tracked(in_order, len(files)) if tracked is not None else in_order) as found:
        for file, one in zip(files, found, strict=True):
            outcome.add(one)
            if kept is not None and file not in known:
                kept.keep(file, one)
    outcome.fail(*checker.projects.problems)
    outcome.failures.sort(key=_place)
    if kept is not None:
        outcome.notes += kept.save()
    selection.apply(outcome, paths, files, checker.projects)
    if not files and not outcome.unchecked:
        none = f"none of {len(found_there)} is wanted of the" if found_there else "no"
        outcome.notes.append(f"{none} Python files found in {', '.join(map(str, paths))}")
    return outcome


def _place(failure: Failure) -> tuple[bool, str]:
    """Settings come first, then files in their order, whichever of them were checked in this run."""
    path = failure.path
    return path is not None and path.name != CONFIGURATION, str(path or "")


def _in_order(
    files: Sequence[Path], known: Mapping[Path, Outcome], outcomes: Iterator[Outcome]
) -> Generator[Outcome, None, None]:
    """What is known of the files, and the outcomes of the others in their places."""
    for file in files:
        yield known[file] if file in known else next(outcomes)


def run_piped(data: bytes, name: Path | None, overrides: Overrides, selection: Selection) -> Outcome:
    """Check what came by standard input, as if it were the file of that name, which is not looked at."""
    checker = Checker(overrides)
    outcome = checker.check_piped(data, None if name is None else Path(os.path.abspath(name)))
    selection.apply(outcome, [], [], checker.projects)
    return outcome
