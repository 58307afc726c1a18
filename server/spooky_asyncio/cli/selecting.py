"""The options of `spooky check` that say which of the findings are told: in which part, since when, besides which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spooky_asyncio.cli.options import together

if TYPE_CHECKING:
    from spooky_asyncio.batch.selection import Selection


def _shard(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[int, int] | None:
    if value is None:
        return None
    number, _, total = value.partition("/")
    if not (number.isdecimal() and total.isdecimal() and 1 <= int(number) <= int(total)):
        raise click.BadParameter(f"'{value}' is none of N parts, as 1/4 and 4/4 are.", context, parameter)
    return int(number), int(total)


selecting = together(
    (
        click.option(
            "--baseline",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="Tell only what is not accepted in this file; by default that of the setting `baseline`.",
        ),
        click.option(
            "--write-baseline",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="Accept what is found, in this file: add what is new, take out what is mended.",
        ),
        click.option(
            "--diff",
            "revision",
            metavar="REV",
            help="Tell only what is on lines that have changed since a revision that git knows; with REV... since the "
            "current branch has left that one.",
        ),
        click.option(
            "--shard",
            metavar="I/N",
            callback=_shard,
            help="Check only the I-th of N parts of the files, which N jobs share.",
        ),
    )
)


class Unusable(click.ClickException):
    """What was asked for can't be, and nothing is said of the code."""

    exit_code = 2


@contextmanager
def refusing() -> Iterator[None]:
    """Within it, what makes a selection impossible ends the command."""
    from spooky_asyncio.batch.baseline import UnusableBaseline
    from spooky_asyncio.workspace.changes import UnknownRevision

    try:
        yield
    except (UnusableBaseline, UnknownRevision) as error:
        raise Unusable(str(error)) from error


def selection(
    paths: Sequence[Path],
    force_exclude: bool,
    baseline: Path | None = None,
    write_baseline: Path | None = None,
    revision: str | None = None,
    shard: tuple[int, int] | None = None,
) -> Selection:
    """What the options mean. Raises Unusable, and click.UsageError for options that do not go together."""
    from spooky_asyncio.batch import shard as parts
    from spooky_asyncio.batch.baseline import Baseline, Baselines
    from spooky_asyncio.batch.selection import Selection
    from spooky_asyncio.workspace.changes import Changes

    if write_baseline is not None and (baseline is not None or revision is not None):
        raise click.UsageError("--write-baseline accepts all that is found, and goes without --baseline and --diff.")
    with refusing():
        changes = None if revision is None else Changes(revision)
        if changes is not None:
            # Said before anything is checked, for that may take long.
            for path in paths:
                changes.touch(path)
        return Selection(
            None if shard is None else parts.Shard(*shard),
            changes,
            Baselines(baseline) if write_baseline is None else None,
            None if write_baseline is None else Baseline.at(write_baseline),
            force_exclude,
        )
