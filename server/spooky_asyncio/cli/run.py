"""Find the files of a run, and have them checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from spooky_asyncio import garbage
from spooky_asyncio.cli import workers
from spooky_asyncio.cli.check import Checker, Outcome, Revise, shown
from spooky_asyncio.cli.progress import tracked
from spooky_asyncio.workspace.files import python_files


def run(
    paths: Sequence[Path],
    overrides: Mapping[str, Any],
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
        outcome.fail(f"{shown(Path(error.filename))}: cannot be read: {error.strerror}")

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
