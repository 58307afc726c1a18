"""`spooky check`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from spooky_asyncio.cli import streams
from spooky_asyncio.cli.formats import FORMATS
from spooky_asyncio.cli.grouped import Grouped
from spooky_asyncio.cli.options import CACHE_DIR, ON_FILES, output, rule_names, severities
from spooky_asyncio.cli.selecting import selecting

_STATUSES = """\
\b
Exit status:
  0    no problems
  1    problems found
  2    a usage error; or something could not be checked, and no problems in
       the rest: a missing, unreadable or broken file, a wrong setting, an
       internal error
  130  interrupted

With --exit-zero, problems give 0. What could not be checked still gives 2.
"""

_GROUPS = {
    "Rules": ("select", "ignore", "severity"),
    "Old code and parts of it": ("baseline", "write_baseline", "revision", "shard", "force_exclude"),
    "Output": ("output_format", "output_file", "statistics", "exit_zero", "watch", "color", "verbose"),
    "Project": ("interpreter", "stdin_filename"),
    "Speed": ("jobs", "no_cache", "cache_dir"),
}

_FORMAT_HELP = "; ".join(f"{name}: {meaning}" for name, meaning in FORMATS.items())


@click.command(cls=Grouped, groups=_GROUPS, epilog=_STATUSES)
@output(
    FORMATS,
    _FORMAT_HELP,
    "Write the problems there, as a whole or not at all, and on standard output only how many there are.",
)
@click.option("--statistics", is_flag=True, help="Say also how many problems each rule has found.")
@click.option("--exit-zero", is_flag=True, help="Exit with status 0 even if there are problems.")
@rule_names("--select", "Only these rules, {list}; also those that are off.")
@rule_names("--ignore", "Not these rules, {list}.")
@severities("--severity", "error, warning, information, hint or off, for this run, {list}.")
@click.option(
    "--stdin-filename",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The file that the code on standard input stands for, which PATH - reads: its project and imports count.",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that share the files; by default as many as there are processors, and one for a few files.",
)
@selecting
@click.option("--watch", is_flag=True, help="Check again after each change of a file, until Ctrl-C.")
@click.option("--no-cache", is_flag=True, help="Check everything anew, and keep nothing for the next run.")
@CACHE_DIR
@ON_FILES
def check(
    paths: tuple[Path, ...],
    output_format: str,
    output_file: Path | None,
    statistics: bool,
    exit_zero: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    severity: tuple[str, ...],
    stdin_filename: Path | None,
    jobs: int | None,
    watch: bool,
    no_cache: bool,
    cache_dir: Path | None,
    interpreter: str | None,
    color: str,
    verbose: bool,
    **selected: Any,
) -> None:
    """Check files and folders; without any, the current folder. `-` is the code on standard input.

    In a folder, all `*.py` files are checked that neither .gitignore nor the setting `exclude` leaves out. A file or
    folder that is named here is never left out. Files are not checked again as long as nothing has changed that they
    rest on: see `spooky clean`.
    """
    streams.prepare(verbose)
    from spooky_asyncio.cli import names
    from spooky_asyncio.cli.checking import Checking
    from spooky_asyncio.workspace.cache import folder

    wanted = Checking(
        paths or (Path("."),),
        stdin_filename,
        names.overrides(interpreter, select, ignore, severity),
        selected,
        jobs,
        None if no_cache else folder(cache_dir),
        output_format,
        output_file,
        color,
        statistics,
        exit_zero,
        verbose,
    )
    if watch:
        wanted.watch()
    sys.exit(wanted.run())
