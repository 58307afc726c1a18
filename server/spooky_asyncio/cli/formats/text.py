"""The findings for people: a headline, the code with the place underlined, notes and the fix."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from spooky_asyncio.batch.outcome import Finding, Outcome
from spooky_asyncio.cli.formats.headline import STYLES, closing, failures, headline, place
from spooky_asyncio.cli.frame import code_frame
from spooky_asyncio.cli.page import Page
from spooky_asyncio.cli.terminal import console, has_links_on
from spooky_asyncio.model import Fix
from spooky_asyncio.workspace.foreign import printable

_PIPE_WIDTH = 120
_NARROWEST = 40


def write(outcome: Outcome, page: Page) -> None:
    terminal = console(page.color, page.stream)
    write_findings(outcome, terminal)
    for line in failures(outcome, page):
        terminal.print(line, soft_wrap=True)
    closing(page.closing, terminal)


def write_findings(outcome: Outcome, console: Console) -> None:
    width, links = width_on(console), has_links_on(console.file)
    for finding in outcome.findings:
        for line in finding_lines(finding, width, links):
            console.print(line, soft_wrap=True)
        console.print()


def width_on(console: Console) -> int:
    return max(console.width, _NARROWEST) if console.file.isatty() else _PIPE_WIDTH


def finding_lines(finding: Finding, width: int, links: bool) -> Iterator[Text]:
    yield headline(finding, links)
    yield from code_frame(finding.lines, finding.diagnostic.range, width, STYLES[finding.diagnostic.severity])
    for related in finding.diagnostic.related:
        where = place(related.path or finding.path, related.range.start, "", links)
        yield Text.assemble("  ", ("note:", "bold"), f" {printable(related.message)} (", where, ")")
    if finding.fixes:
        yield Text.assemble("  ", ("fix:", "bold green"), f" {_fixes(finding.fixes)}")


def _fixes(fixes: tuple[Fix, ...]) -> str:
    """The fix to take first, and how many there are besides."""
    best = next((fix for fix in fixes if fix.preferred), fixes[0])
    more = f" (and {len(fixes) - 1} more)" if len(fixes) > 1 else ""
    return f"{printable(best.title)}{more}"
