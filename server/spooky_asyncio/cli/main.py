"""The program: what it says of itself, how it ends, and its commands."""

from __future__ import annotations

import traceback

import click

import spooky_asyncio
from spooky_asyncio.cli.commands.check import check
from spooky_asyncio.cli.commands.clean import clean
from spooky_asyncio.cli.commands.completion import print_completion
from spooky_asyncio.cli.commands.doctor import doctor
from spooky_asyncio.cli.commands.explain import explain
from spooky_asyncio.cli.commands.fix import fix
from spooky_asyncio.cli.commands.run import run
from spooky_asyncio.cli.commands.server import server
from spooky_asyncio.cli.commands.suppress import suppress

_CONTEXT = {"help_option_names": ["-h", "--help"]}

_EXAMPLES = """\
\b
Examples:
  spooky check                    what is wrong in this folder
  spooky explain task-never-awaited
  spooky fix --diff src           what would be mended there, as a patch
  spooky fix src                  mend it
  spooky check --output-format sarif --output-file spooky.sarif
"""


class _Spooky(click.Group):
    """A group that ends as a program in a pipeline should."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing and not args[0].startswith("-"):
            from spooky_asyncio.cli.names import hint

            ctx.fail(f"there is no command '{args[0]}'.{hint(args[0], self.commands)}")
        return super().resolve_command(ctx, args)

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


for command in (check, fix, suppress, run, doctor, explain, clean, print_completion, server):
    main.add_command(command)
