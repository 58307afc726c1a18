"""The commands and their options, and nothing of their work.

Imports click alone at the top: the language server starts through here, and every import makes an editor wait.
"""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

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


@main.command(epilog=_STATUSES)
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--output-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json: an array of findings on standard output, and nothing else there.",
)
@click.option("--exit-zero", is_flag=True, help="Exit with status 0 even if there are problems.")
@click.option(
    "--python",
    "interpreter",
    metavar="PATH",
    callback=_interpreter,
    help="The project's interpreter, or the folder of its environment: its packages are looked into.",
)
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="auto: colors on a terminal only, as NO_COLOR and FORCE_COLOR say.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show the log: tracebacks of internal errors, warnings.")
def check(
    paths: tuple[Path, ...], output_format: str, exit_zero: bool, interpreter: str | None, color: str, verbose: bool
) -> None:
    """Check files and folders; without any, the current folder.

    In a folder, all *.py files are checked that neither .gitignore nor the setting `exclude` leaves out. A file or
    folder that is named here is never left out.
    """
    streams.prepare(verbose)
    from spooky_asyncio.cli.check import run

    outcome = run(paths or (Path("."),), {} if interpreter is None else {"interpreter": interpreter})
    if output_format == "json":
        from spooky_asyncio.cli import json_output

        written = streams.written(lambda: json_output.write(outcome, sys.stdout))
    else:
        from spooky_asyncio.cli import text

        written = streams.written(lambda: text.write(outcome, text.console(color)))
    for line in (*outcome.failures, *outcome.notes):
        streams.complain(line)
    sys.exit(outcome.status(exit_zero) if written else 2)


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
