"""The commands and their options, and nothing of their work.

Imports click alone at the top: the language server starts through here, and every import makes an editor wait.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

import spooky_asyncio
from spooky_asyncio.cli import completion, streams
from spooky_asyncio.cli.formats import FORMATS
from spooky_asyncio.cli.grouped import Grouped
from spooky_asyncio.cli.selecting import FORCE_EXCLUDE, selecting

_CONTEXT = {"help_option_names": ["-h", "--help"]}

_LIST = "between commas or option by option"

_EXAMPLES = """\
\b
Examples:
  spooky check                    what is wrong in this folder
  spooky explain task-never-awaited
  spooky fix --diff src           what would be mended there, as a patch
  spooky fix src                  mend it
  spooky check --output-format sarif --output-file spooky.sarif
"""

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
       unreadable, broken or read-only file, a wrong setting, an internal
       error
  130  interrupted

With 2, all other files were fixed as well as they could be. A file is written
as a whole or not at all, in its own encoding and with its own line ends.
The patch that --diff writes is for `git apply` and `patch -p0`, in this
folder.
"""

_SUPPRESS_STATUSES = """\
\b
Exit status:
  0    no problems, or all of them ignored; with --diff: nothing would change
  1    problems remain; with --diff: something would change
  2    as of `spooky fix`, whose patches and ways of writing these are too
  130  interrupted
"""


_RUN_STATUSES = """\
\b
Exit status: that of the program, and 128 and a signal's number for one that
was ended by it; with --strict, 1 for a program that says 0 but made errors,
and 2 if its end was not seen; 2 for a usage error.
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
    import platform
    from importlib import metadata

    click.echo(
        f"spooky-asyncio {spooky_asyncio.__version__} "
        f"({platform.python_implementation()} {platform.python_version()}, jedi {metadata.version('jedi')})"
    )
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


@click.group(cls=_Spooky, context_settings=_CONTEXT, epilog=_EXAMPLES)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Show the version, and of Python and jedi.",
)
def main() -> None:
    """Find the asyncio errors that Python keeps quiet about: coroutines never awaited, tasks never awaited, and
    exceptions never retrieved.

    Settings are read from [tool.spooky] in each project's pyproject.toml.
    """


def _output_file(context: click.Context, parameter: click.Parameter, file: Path | None) -> Path | None:
    """Said before anything is checked, for that may take long."""
    if file is not None:
        if file.is_dir():
            raise click.BadParameter(f"'{file}' is a folder.", context, parameter)
        if not file.absolute().parent.is_dir():
            raise click.BadParameter(f"there is no folder '{file.parent}'.", context, parameter)
    return file


_Command = TypeVar("_Command", bound=Callable[..., None])

_PYTHON = click.option(
    "--python",
    "interpreter",
    metavar="PATH",
    type=click.Path(),
    callback=_interpreter,
    help="The project's interpreter, or the folder of its environment: its packages are looked into.",
)
_COLOR = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="auto: colors on a terminal only, as NO_COLOR and FORCE_COLOR say.",
)

_COMMON = (
    click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path)),
    _PYTHON,
    _COLOR,
    FORCE_EXCLUDE,
    click.option("-v", "--verbose", is_flag=True, help="Show the log: tracebacks of internal errors, warnings."),
)


def _on_files(command: _Command) -> _Command:
    """The arguments and options of every command that looks at files."""
    for decorate in reversed(_COMMON):
        command = decorate(command)
    return command


_DIFF = click.option("--diff", "dry", is_flag=True, help="Change nothing, but write what would change as a patch.")

_CACHE_DIR = click.option(
    "--cache-dir",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where results are kept; by default in $SPOOKY_CACHE_DIR, else where the system keeps caches.",
)

_GROUPS = {
    "Rules": ("select", "ignore", "severity"),
    "Old code and parts of it": ("baseline", "write_baseline", "revision", "shard", "force_exclude"),
    "Output": ("output_format", "output_file", "statistics", "exit_zero", "watch", "color", "verbose"),
    "Project": ("interpreter", "stdin_filename"),
    "Speed": ("jobs", "no_cache", "cache_dir"),
}

_FORMAT_HELP = "; ".join(f"{name}: {meaning}" for name, meaning in FORMATS.items())


@main.command(cls=Grouped, groups=_GROUPS, epilog=_STATUSES)
@click.option(
    "--output-format",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    metavar="FORMAT",
    help=f"{_FORMAT_HELP}.",
)
@click.option(
    "--output-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    callback=_output_file,
    help="Write the problems there, as a whole or not at all, and on standard output only how many there are.",
)
@click.option("--statistics", is_flag=True, help="Say also how many problems each rule has found.")
@click.option("--exit-zero", is_flag=True, help="Exit with status 0 even if there are problems.")
@click.option(
    "--select",
    metavar="RULES",
    multiple=True,
    shell_complete=completion.rules,
    help=f"Only these rules, {_LIST}; also those that are off.",
)
@click.option(
    "--ignore",
    metavar="RULES",
    multiple=True,
    shell_complete=completion.rules,
    help=f"Not these rules, {_LIST}.",
)
@click.option(
    "--severity",
    metavar="RULE=SEVERITY",
    multiple=True,
    shell_complete=completion.rules,
    help=f"error, warning, information, hint or off, for this run, {_LIST}.",
)
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
@_CACHE_DIR
@_on_files
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


@main.command(epilog=_FIX_STATUSES)
@click.option("--unsafe", is_flag=True, help="Apply the unsafe fixes too: look at what they change.")
@_DIFF
@click.option(
    "--select", metavar="RULES", multiple=True, shell_complete=completion.rules, help=f"Only these rules, {_LIST}."
)
@_on_files
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
    from spooky_asyncio.batch.outcome import Overrides
    from spooky_asyncio.batch.selection import Selection
    from spooky_asyncio.cli import names
    from spooky_asyncio.cli.changing import carry_out
    from spooky_asyncio.cli.fix import Fixing

    fixing = Fixing(dry, names.rules(select), unsafe)
    selection = Selection(force_exclude=force_exclude)
    sys.exit(carry_out(fixing, paths, Overrides(interpreter=interpreter), selection, color))


@main.command(epilog=_SUPPRESS_STATUSES)
@_DIFF
@click.option("--select", metavar="RULES", multiple=True, help=f"Only these rules, {_LIST}.")
@_on_files
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
    from spooky_asyncio.batch.outcome import Overrides
    from spooky_asyncio.batch.selection import Selection
    from spooky_asyncio.cli import names
    from spooky_asyncio.cli.changing import carry_out
    from spooky_asyncio.cli.suppress import Suppressing

    suppressing = Suppressing(dry, names.rules(select))
    selection = Selection(force_exclude=force_exclude)
    sys.exit(carry_out(suppressing, paths, Overrides(interpreter=interpreter), selection, color))


@main.command()
@_CACHE_DIR
def clean(cache_dir: Path | None) -> None:
    """Empty the cache of what `spooky check` and the language server have found out.

    It holds what came of each file, and a digest of all that it rests on: the file, what it imports, the settings, what
    is installed beside it, this version. So it is never out of date, but for packages that were changed by hand where
    they are installed.
    """
    streams.prepare()
    from spooky_asyncio.workspace import cache

    where = cache.folder(cache_dir)
    try:
        found = cache.clean(where)
    except OSError as error:
        raise click.ClickException(f"cannot empty {where}: {error.strerror or error}") from error
    click.echo(f"Emptied {where}." if found else f"There is nothing in {where}.")


@main.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}, epilog=_RUN_STATUSES)
@click.option("-m", "is_module", is_flag=True, help="TARGET is a module, as with `python -m`.")
@click.option("--strict", is_flag=True, help="Exit with status 1 if errors were seen and the program says 0.")
@click.option(
    "--output-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="text: for people; json: an array.",
)
@click.option(
    "--output-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    callback=_output_file,
    help="Write the report there, and on standard error only how much there is in it.",
)
@_PYTHON
@_COLOR
@click.argument("target")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
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


@main.command()
@click.argument("place", metavar="[FILE[:LINE]]", required=False)
@_PYTHON
@_CACHE_DIR
def doctor(place: str | None, interpreter: str | None, cache_dir: Path | None) -> None:
    """Say what a check goes by, or why a line has a finding.

    That is: which settings, interpreter and packages count, and where what was found is kept.

    With FILE:LINE it says why the line has a finding or none: what each call there makes, what becomes of it, and what
    the rules and comments make of that. Nothing is executed.
    """
    streams.prepare()
    from spooky_asyncio.cli.doctor import examine

    sys.exit(examine(place, interpreter, cache_dir))


@main.command()
@click.argument("rule", metavar="[RULE]", required=False, shell_complete=completion.rules)
def explain(rule: str | None) -> None:
    """Explain a rule: what happens, why, and what to do about it. Without RULE, list all rules."""
    streams.prepare()
    from spooky_asyncio.cli import explain as pages

    page = pages.page(rule) if rule else pages.overview()
    streams.written(lambda: pages.write(page))


@main.command(name="completion")
@click.argument("shell", metavar="SHELL", type=click.Choice(completion.SHELLS))
def print_completion(shell: str) -> None:
    """Print completion for a shell: bash, zsh, fish or powershell. The Tab key then knows commands, options and rules.

    \b
    Once, for all shells to come:
      spooky completion bash > ~/.local/share/bash-completion/completions/spooky
      spooky completion zsh > "${fpath[1]}/_spooky"
      spooky completion fish > ~/.config/fish/completions/spooky.fish
      spooky completion powershell >> $PROFILE
    """
    streams.prepare()
    program = completion.script(main, shell)
    streams.written(lambda: click.echo(program, nl=False))


@main.command()
@click.option("--stdio", is_flag=True, expose_value=False, help="Accepted and ignored: that is what happens anyway.")
@click.option(
    "--tcp",
    metavar="PORT",
    type=click.IntRange(0, 65535),
    help="Wait for one client on a port of this machine; 0 for any, which is then said on standard error.",
)
def server(tcp: int | None) -> None:
    """Start the language server. Editors do this; it talks to them over standard input and output."""
    from spooky_asyncio import garbage
    from spooky_asyncio.lsp.launch import launch

    # What is imported from here on is there to stay.
    garbage.look_seldom()
    try:
        # At once, so that both processes import at the same time what they need.
        launched = launch()
    except OSError as error:
        raise click.ClickException(f"{sys.executable} cannot be started: {error.strerror or error}") from error
    from spooky_asyncio.lsp.server import main as serve

    try:
        serve(tcp, launched)
    except OSError as error:
        raise click.ClickException(f"port {tcp}: {error.strerror or error}") from error
