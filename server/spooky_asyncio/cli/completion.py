"""What the Tab key knows in a shell: what click tells of commands and options, and the names of rules."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem, get_completion_class

SHELLS = ("bash", "zsh", "fish", "powershell")


def script(program: click.Command, shell: str) -> str:
    """For the shell to read at its start. It asks `spooky` itself, so it needs no update. Raises
    click.ClickException."""
    completing = get_completion_class(shell)
    if completing is None:
        raise click.ClickException(f"click {_version('click')} cannot complete in {shell}; a newer one can.")
    return completing(program, {}, "spooky", "_SPOOKY_COMPLETE").source()


def rules(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The last of several names, between commas."""
    from spooky_asyncio.cli.explain import first_sentence
    from spooky_asyncio.rules import ALL_RULES

    before, comma, begun = incomplete.rpartition(",")
    return [
        CompletionItem(f"{before}{comma}{rule.name}", help=first_sentence(rule.explanation))
        for rule in ALL_RULES
        if rule.name.startswith(begun)
    ]


def _version(distribution: str) -> str:
    from importlib import metadata

    return metadata.version(distribution)
