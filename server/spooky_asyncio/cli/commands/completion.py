"""`spooky completion`."""

from __future__ import annotations

import click

from spooky_asyncio.cli import completion, streams
from spooky_asyncio.cli.options import Names


@click.command(name="completion")
@click.argument("shell", metavar="SHELL", type=Names(completion.SHELLS))
@click.pass_context
def print_completion(context: click.Context, shell: str) -> None:
    """Print completion for a shell: bash, zsh, fish or powershell. The Tab key then knows commands, options and rules.

    \b
    Once, for all shells to come:
      spooky completion bash > ~/.local/share/bash-completion/completions/spooky
      spooky completion zsh > "${fpath[1]}/_spooky"
      spooky completion fish > ~/.config/fish/completions/spooky.fish
      spooky completion powershell >> $PROFILE
    """
    streams.prepare()
    program = completion.script(context.find_root().command, shell)
    streams.written(lambda: click.echo(program, nl=False))
