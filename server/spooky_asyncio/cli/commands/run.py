"""`spooky run`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from spooky_asyncio.cli import completion, streams
from spooky_asyncio.cli.options import COLOR, PYTHON, output

_STATUSES = """\
\b
Exit status: that of the program, and 128 and a signal's number for one that
was ended by it; with --strict, 1 for a program that says 0 but made errors,
and 2 if its end was not seen; 2 for a usage error.
"""


@click.command(context_settings={"allow_interspersed_args": False}, epilog=_STATUSES)
@click.option("-m", "is_module", is_flag=True, help="TARGET is a module, as with `python -m`.")
@click.option("--strict", is_flag=True, help="Exit with status 1 if errors were seen and the program says 0.")
@output(
    ("text", "json"),
    "text: for people; json: an array.",
    "Write the report there, and on standard error only how much there is in it.",
)
@PYTHON
@COLOR
@click.argument("target", shell_complete=completion.files)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, shell_complete=completion.files)
def run(
    is_module: bool,
    strict: bool,
    output_format: str,
    output_file: Path | None,
    interpreter: str | None,
    color: str,
    target: str,
    arguments: tuple[str, ...],
) -> None:
    """Run a program, and say which lines Python complains of.

    This executes TARGET, a script or with -m a module, with its ARGUMENTS, under the project's interpreter, as `python`
    would. The report comes after it, on standard error: what was seen, beside what `spooky check` finds.
    """
    streams.prepare()
    from spooky_asyncio.cli.run import run_program

    sys.exit(run_program(target, arguments, is_module, interpreter, strict, output_format, output_file, color))
