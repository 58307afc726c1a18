"""One run of `spooky check`, which `--watch` repeats."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from spooky_asyncio import garbage
from spooky_asyncio.batch.outcome import Outcome, Overrides
from spooky_asyncio.batch.run import run, run_piped
from spooky_asyncio.batch.selection import Selection
from spooky_asyncio.cli import streams
from spooky_asyncio.cli.formats import FOR_PEOPLE, FORMATS
from spooky_asyncio.cli.progress import tracked
from spooky_asyncio.cli.report import report
from spooky_asyncio.cli.selecting import refusing, selection
from spooky_asyncio.cli.summary import count
from spooky_asyncio.workspace.cache import Cache
from spooky_asyncio.workspace.paths import shown

STDIN = Path("-")


@dataclass(frozen=True)
class Checking:
    """What is wanted."""

    paths: Sequence[Path]
    stdin_filename: Path | None
    overrides: Overrides
    selecting: Mapping[str, Any]
    """The options of `selection`."""
    jobs: int | None
    cache_folder: Path | None
    """None for no cache."""
    output_format: str
    output_file: Path | None
    color: str
    statistics: bool
    exit_zero: bool
    verbose: bool

    def __post_init__(self) -> None:
        """Raises click.UsageError for options that do not go together."""
        if not self.is_piped:
            if self.stdin_filename is not None:
                raise click.UsageError("--stdin-filename goes with the path -, which reads standard input.")
        elif len(self.paths) > 1:
            raise click.UsageError("the path -, which reads standard input, goes with no other path.")
        elif self.selecting.get("write_baseline") or self.selecting.get("shard"):
            raise click.UsageError("--write-baseline and --shard are about files, not about standard input.")

    @property
    def is_piped(self) -> bool:
        return STDIN in self.paths

    def watch(self) -> None:
        """Ends with KeyboardInterrupt. Raises click.UsageError where there is nothing to watch, or to be watched."""
        from spooky_asyncio.cli.watch import watch

        if (
            self.is_piped
            or self.output_file
            or self.selecting["write_baseline"]
            or self.output_format not in FOR_PEOPLE
        ):
            formats = " and ".join(f"`{name}`" for name in FORMATS if name in FOR_PEOPLE)
            raise click.UsageError(f"--watch shows files to people: the formats are {formats}, on standard output.")
        baseline = self.selecting["baseline"]
        watch(self.run, self.paths, self.overrides, [] if baseline is None else [baseline])

    def run(self) -> int:
        """Check, and report what came of it: the exit status. Raises click.ClickException."""
        chosen = selection(() if self.is_piped else self.paths, **self.selecting)
        with refusing():
            outcome = self._checked_stdin(chosen) if self.is_piped else self._checked(chosen)
        saved = chosen.renewed is None or _saved(chosen, outcome)
        written = report(
            outcome, self.output_format, self.color, self.output_file, self.statistics, str(chosen.shard or "")
        )
        for line in (*outcome.failures, *outcome.notes):
            streams.complain(str(line))
        return outcome.status(self.exit_zero) if written and saved else 2

    def _checked(self, chosen: Selection) -> Outcome:
        cache = None if self.cache_folder is None else Cache(self.cache_folder)
        garbage.look_when_told(garbage.MANY)
        return run(
            self.paths,
            self.overrides,
            jobs=self.jobs,
            verbose=self.verbose,
            cache=cache,
            tracked=tracked,
            selection=chosen,
        )

    def _checked_stdin(self, chosen: Selection) -> Outcome:
        if sys.stdin is None:
            # That is not the same as one without code.
            raise click.UsageError("standard input is closed.")
        return run_piped(sys.stdin.buffer.read(), self.stdin_filename, self.overrides, chosen)


def _saved(chosen: Selection, outcome: Outcome) -> bool:
    baseline = chosen.renewed
    assert baseline is not None
    try:
        baseline.write()
    except OSError as error:
        streams.complain(f"cannot write {shown(baseline.file)}: {error.strerror or error}")
        return False
    outcome.notes.append(f"{shown(baseline.file)} accepts {count(len(baseline.entries), 'problem')} now")
    return True
