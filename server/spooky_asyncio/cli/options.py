"""The options that several commands have, and what is the same about the values of others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from spooky_asyncio.cli import completion

_Command = TypeVar("_Command", bound=Callable[..., None])


class Names(click.Choice):  # type: ignore[type-arg]  # is generic with newer versions of click only
    """One of some names, with a hint where another is given."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            from spooky_asyncio.cli.names import hint

            raise click.BadParameter(f"{error.message}{hint(value, map(str, self.choices))}", ctx, param) from None


def together(options: Iterable[Callable[[_Command], _Command]]) -> Callable[[_Command], _Command]:
    """Several arguments and options, as one decorator."""
    kept = tuple(options)

    def decorate(command: _Command) -> _Command:
        for option in reversed(kept):
            command = option(command)
        return command

    return decorate


def rule_names(name: str, meaning: str) -> Callable[[_Command], _Command]:
    """An option with the names of rules."""
    return _several(name, meaning, "RULES", completion.rules)


def severities(name: str, meaning: str) -> Callable[[_Command], _Command]:
    """An option with severities for rules."""
    return _several(name, meaning, "RULE=SEVERITY", completion.severities)


def _several(name: str, meaning: str, metavar: str, complete: Callable[..., Any]) -> Callable[[_Command], _Command]:
    """`meaning` says at `{list}` how several are given."""
    said = meaning.format(list="between commas or option by option")
    return click.option(name, metavar=metavar, multiple=True, shell_complete=complete, help=said)


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


def _output_file(context: click.Context, parameter: click.Parameter, file: Path | None) -> Path | None:
    """Said before anything is checked, for that may take long."""
    if file is not None:
        if file.is_dir():
            raise click.BadParameter(f"'{file}' is a folder.", context, parameter)
        if not file.absolute().parent.is_dir():
            raise click.BadParameter(f"there is no folder '{file.parent}'.", context, parameter)
    return file


def output(formats: Iterable[str], format_help: str, file_help: str) -> Callable[[_Command], _Command]:
    """How a report is written, and where."""
    return together(
        (
            click.option(
                "--output-format",
                type=Names(list(formats)),
                default="text",
                show_default=True,
                metavar="FORMAT",
                help=format_help,
            ),
            click.option(
                "--output-file",
                metavar="FILE",
                type=click.Path(path_type=Path),
                callback=_output_file,
                help=file_help,
            ),
        )
    )


PYTHON = click.option(
    "--python",
    "interpreter",
    metavar="PATH",
    type=click.Path(),
    callback=_interpreter,
    help="The project's interpreter, or the folder of its environment: its packages are looked into.",
)

COLOR = click.option(
    "--color",
    type=Names(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="auto: colors on a terminal only, as NO_COLOR and FORCE_COLOR say.",
)

CACHE_DIR = click.option(
    "--cache-dir",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where results are kept; by default in $SPOOKY_CACHE_DIR, else where the system keeps caches.",
)

SELECT = rule_names("--select", "Only these rules, {list}.")

DIFF = click.option("--diff", "dry", is_flag=True, help="Change nothing, but write what would change as a patch.")

ON_FILES = together(
    (
        click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path)),
        PYTHON,
        COLOR,
        click.option(
            "--force-exclude",
            is_flag=True,
            help="Leave out what the settings exclude, even if it is named: for who names all files that have changed.",
        ),
        click.option("-v", "--verbose", is_flag=True, help="Show the log: tracebacks of internal errors, warnings."),
    )
)
"""The arguments and options of every command that looks at files."""
