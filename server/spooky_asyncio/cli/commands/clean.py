"""`spooky clean`."""

from __future__ import annotations

from pathlib import Path

import click

from spooky_asyncio.cli import streams
from spooky_asyncio.cli.options import CACHE_DIR


@click.command()
@CACHE_DIR
def clean(cache_dir: Path | None) -> None:
    """Empty the cache of what was found out.

    `spooky check` and the language server share it. It holds what came of each file, and a digest of all that it rests
    on: the file, what it imports, the settings, what is installed beside it, this version. So it is never out of date,
    but for packages that were changed by hand where they are installed.
    """
    streams.prepare()
    from spooky_asyncio.workspace import cache

    where = cache.folder(cache_dir)
    try:
        found = cache.clean(where)
    except OSError as error:
        raise click.ClickException(f"cannot empty {where}: {error.strerror or error}") from error
    click.echo(f"Emptied {where}." if found else f"There is nothing in {where}.")
