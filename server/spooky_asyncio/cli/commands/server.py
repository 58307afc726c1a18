"""`spooky server`."""

from __future__ import annotations

import sys

import click


@click.command()
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
        launched = launch()
    except OSError as error:
        raise click.ClickException(f"{sys.executable} cannot be started: {error.strerror or error}") from error
    from spooky_asyncio.lsp.quick_start import import_protocol

    import_protocol()
    from spooky_asyncio.lsp.server import main as serve

    try:
        serve(tcp, launched)
    except OSError as error:
        raise click.ClickException(f"port {tcp}: {error.strerror or error}") from error
