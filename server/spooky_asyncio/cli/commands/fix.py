"""`spooky fix`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from spooky_asyncio.cli import streams
from spooky_asyncio.cli.options import DIFF, ON_FILES, SELECT

_STATUSES = """\
\b
Exit status:
  0    no problems, or all of them fixed; with --diff: nothing would change
  1    problems remain; with --diff: something would change
  2    a usage error; or something could not be checked or written: a missing,
       unreadable, broken or read-only file, a wrong setting, an internal
       error
  130  interrupted

With 2, all other files were fixed as well as they could be. A file is written
as a whole or not at all, in its own encoding and with its own line ends.
The patch that --diff writes is for `git apply` and `patch -p0`, in this
folder.
"""


@click.command(epilog=_STATUSES)
@click.option("--unsafe", is_flag=True, help="Apply the unsafe fixes too: look at what they change.")
@DIFF
@SELECT
@ON_FILES
def fix(
    paths: tuple[Path, ...],
    unsafe: bool,
    dry: bool,
    select: tuple[str, ...],
    interpreter: str | None,
    color: str,
    force_exclude: bool,
    verbose: bool,
) -> None:
    """Fix files and folders; without any, the current folder.

    The preferred fix of each finding is applied, if it is a safe one: one that changes nothing else that the program
    does. Fixes that change several functions or files are left to editors, which ask first. Files with a syntax error
    are left alone. The files are those that `spooky check` would check.
    """
    streams.prepare(verbose)
    from spooky_asyncio.cli import names
    from spooky_asyncio.cli.changing import carry_out
    from spooky_asyncio.cli.fix import Fixing

    sys.exit(carry_out(Fixing(dry, names.rules(select), unsafe), paths, interpreter, force_exclude, color))
