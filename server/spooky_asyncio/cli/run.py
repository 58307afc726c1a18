"""Find the files of a run, and have them checked."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from spooky_asyncio import garbage
from spooky_asyncio.cli import workers
from spooky_asyncio.cli.check import Checker, Failure, Outcome, Overrides, Revise
from spooky_asyncio.cli.progress import tracked
from spooky_asyncio.workspace.files import python_files


def run(
    paths: Sequence[Path],
    overrides: Overrides,
    revise: Revise | None = None,
    jobs: int | None = 1,
    verbose: bool = False,
) -> Outcome:
    """Check files and folders, and revise those without a syntax error. One bad file harms no other, and what goes
    wrong is in the outcome. As many processes as there are `jobs` share the files, or as many as are worth it; what is
    to be revised is left to one."""
    garbage.look_seldom()
    outcome, checker = Outcome(), Checker(overrides)

    def unreachable(error: OSError) -> None:
        outcome.unchecked += 1
        outcome.fail(Failure(f"cannot be read: {error.strerror}", Path(error.filename)))

    files = list(python_files(paths, checker.projects.around, unreachable))
    jobs = workers.useful(len(files)) if jobs is None else jobs
    if jobs > 1 and revise is None:
        outcomes = workers.checked(files, overrides, jobs, verbose)
    else:
        outcomes = (checker.check(file, revise) for file in files)
    # Closed at once on Ctrl-C too, so that the bar does not keep the cursor hidden.
    with closing(tracked(outcomes, len(files))) as remaining:
        for one in remaining:
            outcome.add(one)
    outcome.fail(*checker.projects.problems)
    if not files and not outcome.unchecked:
        outcome.notes.append(f"no Python files found in {', '.join(map(str, paths))}")
    return outcome


def run_piped(data: bytes, name: Path | None, overrides: Overrides) -> Outcome:
    """Check what came by standard input, as if it were the file of that name."""
    return Checker(overrides).check_piped(data, None if name is None else Path(os.path.abspath(name)))
