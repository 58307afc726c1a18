"""`spooky doctor`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from spooky_asyncio.cli import completion, streams
from spooky_asyncio.cli.options import CACHE_DIR, PYTHON


@click.command()
@click.argument("place", metavar="[FILE[:LINE]]", required=False, shell_complete=completion.files)
@PYTHON
@CACHE_DIR
def doctor(place: str | None, interpreter: str | None, cache_dir: Path | None) -> None:
    """Say what a check goes by, or why a line has a finding.

    That is: which settings, interpreter and packages count, and where what was found is kept.

    With FILE:LINE it says why the line has a finding or none: what each call there makes, and each async property and
    function that is handed over; what becomes of it, and what the rules and comments make of that. Nothing is executed.
    """
    streams.prepare()
    from spooky_asyncio.cli.doctor import examine

    sys.exit(examine(place, interpreter, cache_dir))
