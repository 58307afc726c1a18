"""`spooky explain`."""

from __future__ import annotations

import click

from spooky_asyncio.cli import completion, streams


@click.command()
@click.argument("rule", metavar="[RULE]", required=False, shell_complete=completion.rules)
def explain(rule: str | None) -> None:
    """Explain a rule: what happens, why, and what to do about it. Without RULE, list all rules."""
    streams.prepare()
    from spooky_asyncio.cli import explain as pages

    page = pages.page(rule) if rule else pages.overview()
    streams.written(lambda: pages.write(page))
