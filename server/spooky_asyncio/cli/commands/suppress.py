"""`spooky suppress`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from spooky_asyncio.cli import streams
from spooky_asyncio.cli.options import DIFF, ON_FILES, SELECT

_STATUSES = """\
\b
Exit status:
  0    no problems, or all of them ignored; with --diff: nothing would change
  1    problems remain; with --diff: something would change
  2    as of `spooky fix`, whose patches and ways of writing these are too
  130  interrupted
"""


@click.command(epilog=_STATUSES)
@DIFF
@SELECT
@ON_FILES
def suppress(
    paths: tuple[Path, ...],
    dry: bool,
    select: tuple[str, ...],
    interpreter: str | None,
    color: str,
    force_exclude: bool,
    verbose: bool,
) -> None:
    """Write comments that ignore what is found.

    In files and folders; without any, in the current folder.

    Each is `# spooky: ignore[RULE]`, behind the code or, where the line would become too long for the project's
    formatter, above the statement. Other comments stay. Files with a syntax error are left alone. `spooky fix` removes
    such comments once they are of no use any more.
    """
    streams.prepare(verbose)
    from spooky_asyncio.cli import names
    from spooky_asyncio.cli.changing import carry_out
    from spooky_asyncio.cli.suppress import Suppressing

    sys.exit(carry_out(Suppressing(dry, names.rules(select)), paths, interpreter, force_exclude, color))
