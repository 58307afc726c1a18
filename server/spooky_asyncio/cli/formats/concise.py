"""The findings for people, a line each, as editors and other tools find them in the output of compilers."""

from __future__ import annotations

from spooky_asyncio.batch.outcome import Outcome
from spooky_asyncio.cli.formats.headline import closing, failures, headline
from spooky_asyncio.cli.page import Page
from spooky_asyncio.cli.terminal import console, has_links_on


def write(outcome: Outcome, page: Page) -> None:
    terminal = console(page.color, page.stream)
    links = has_links_on(page.stream)
    for line in (*(headline(finding, links) for finding in outcome.findings), *failures(outcome, page)):
        terminal.print(line, soft_wrap=True)
    closing(page.closing, terminal)
