"""The commands and their options, and nothing of their work.

Imports click alone at the top: the language server starts through here, and every import makes an editor wait.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from spooky_asyncio.cli import streams

_CONTEXT = {"help_option_names": ["-h", "--help"]}

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

_FIX_STATUSES = """\
\b
Exit status:
  0    no problems, or all of them fixed; with --diff: nothing would change
  1    problems remain; with --diff: something would change
  2    a usage error; or something could not be checked or written: a missing,
       unreadable, broken or read-only file, a wrong setting, an internal error
  130  interrupted

With 2, all other files were fixed as well as they could be. A file is written
as a whole or not at all, in its own encoding and with its own line ends.
The patch that --diff writes is for `git apply` and `patch -p0`, in this folder.
"""


class _Spooky(click.Group):
    """A group that ends as a program in a pipeline should."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except KeyboardInterrupt:
            # As a shell reports a program that Ctrl-C ended; click's own answer is 1, which says "problems found".
            context.exit(130)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception:
            # Python's own answer is 1, too.
            traceback.print_exc()
            context.exit(2)


def _print_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    from importlib import metadata

    try:
        version = metadata.version("spooky-asyncio")
    except metadata.PackageNotFoundError:
        version = "(not installed: runs from a checkout)"
    click.echo(f"spooky-asyncio {version}")
    context.exit()


def _interpreter(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """An absolute path: what is typed is relative to the current folder, but a setting to the project's."""
    if value is None:
        return None
    import shutil

    path = Path(value).expanduser().absolute()
    command = None if path.exists() else shutil.which(value)
    if command is None and not path.exists():
        raise click.BadParameter(f"'{value}' does not exist.", context, parameter)
    return command or str(path)


@click.group(cls=_Spooky, context_settings=_CONTEXT)
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_print_version, help="Show the version."
)
def main() -> None:
    """Find the asyncio errors that Python keeps quiet about: coroutines never awaited, tasks never awaited, and
    exceptions never retrieved.

    Settings are read from [tool.spooky] in each project's pyproject.toml.
    """


def _rules(_: click.Context, __: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    if names:
        from spooky_asyncio.cli.explain import rule

        # Says which rules there are, where there is none of that name.
        names = tuple(rule(name).name for name in names)
    return names


def _overrides(interpreter: str | None) -> dict[str, str]:
    return {} if interpreter is None else {"interpreter": interpreter}


_Command = TypeVar("_Command", bound=Callable[..., None])

_COMMON = (
    click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path)),
    click.option(
        "--python",
        "interpreter",
        metavar="PATH",
        callback=_interpreter,
        help="The project's interpreter, or the folder of its environment: its packages are looked into.",
    ),
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="auto: colors on a terminal only, as NO_COLOR and FORCE_COLOR say.",
    ),
    click.option("-v", "--verbose", is_flag=True, help="Show the log: tracebacks of internal errors, warnings."),
)


def _on_files(command: _Command) -> _Command:
    """The arguments and options of every command that looks at files."""
    for decorate in reversed(_COMMON):
        command = decorate(command)
    return command


@main.command(epilog=_STATUSES)
@click.option(
    "--output-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json: an array of findings on standard output, and nothing else there.",
)
@click.option("--exit-zero", is_flag=True, help="Exit with status 0 even if there are problems.")
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that share the files; by default as many as there are processors, and one for a few files.",
)
@_on_files
def check(
    paths: tuple[Path, ...],
    output_format: str,
    exit_zero: bool,
    jobs: int | None,
    interpreter: str | None,
    color: str,
    verbose: bool,
) -> None:
    """Check files and folders; without any, the current folder.

    In a folder, all *.py files are checked that neither .gitignore nor the setting `exclude` leaves out. A file or
    folder that is named here is never left out.
    """
    streams.prepare(verbose)
    from spooky_asyncio.cli.run import run

    outcome = run(paths or (Path("."),), _overrides(interpreter), jobs=jobs, verbose=verbose)
    if output_format == "json":
        from spooky_asyncio.cli import json_output

        written = streams.written(lambda: json_output.write(outcome, sys.stdout))
    else:
        from spooky_asyncio.cli import text

        written = streams.written(lambda: text.write(outcome, text.console(color)))
    for line in (*outcome.failures, *outcome.notes):
        streams.complain(line)
    sys.exit(outcome.status(exit_zero) if written else 2)


@main.command(epilog=_FIX_STATUSES)
@click.option("--unsafe", is_flag=True, help="Apply the unsafe fixes too: look at what they change.")
@click.option("--diff", "dry", is_flag=True, help="Change nothing, but write what would change as a patch.")
@click.option(
    "--select", "rules", metavar="RULE", multiple=True, callback=_rules, help="Only this rule; may be given repeatedly."
)
@_on_files
def fix(
    paths: tuple[Path, ...],
    unsafe: bool,
    dry: bool,
    rules: tuple[str, ...],
    interpreter: str | None,
    color: str,
    verbose: bool,
) -> None:
    """Fix files and folders; without any, the current folder.

    The preferred fix of each finding is applied, if it is a safe one: one that changes nothing else that the program
    does. Fixes that change several functions or files are left to editors, which ask first. Files with a syntax error
    are left alone. The files are those that `spooky check` would check.
    """
    streams.prepare(verbose)
    from spooky_asyncio.cli.fix import Fixing, summary, write

    fixing = Fixing(rules, unsafe, dry)
    try:
        fixing.run(paths or (Path("."),), _overrides(interpreter))
    except KeyboardInterrupt:
        if fixing.fixed and not dry:
            streams.complain(f"interrupted; fixed before: {', '.join(map(str, fixing.fixed))}")
        raise
    written = streams.written(lambda: write(fixing, color))
    for line in (*fixing.outcome.failures, *fixing.outcome.notes, summary(fixing) if dry else ""):
        if line:
            streams.complain(line)
    sys.exit(fixing.status() if written else 2)


@main.command()
@click.argument("rule", metavar="[RULE]", required=False)
def explain(rule: str | None) -> None:
    """Explain a rule: what happens, why, and what to do about it. Without RULE, list all rules."""
    streams.prepare()
    from spooky_asyncio.cli import explain as pages

    page = pages.page(rule) if rule else pages.overview()
    streams.written(lambda: pages.write(page))


@main.command()
@click.option("--stdio", is_flag=True, expose_value=False, help="Accepted and ignored: it is the only way to talk.")
def server() -> None:
    """Start the language server. Editors do this; it talks to them over standard input and output."""
    from spooky_asyncio.lsp.server import main as serve

    serve()
