"""The line that says all of a finding, and what else stands in both formats for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from spooky_asyncio.batch.outcome import Finding, Outcome
from spooky_asyncio.cli.page import Page
from spooky_asyncio.cli.terminal import link, linked
from spooky_asyncio.model import Position, Severity
from spooky_asyncio.workspace.foreign import printable
from spooky_asyncio.workspace.paths import shown

STYLES = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.INFORMATION: "bold blue",
    Severity.HINT: "bold cyan",
}


def headline(finding: Finding, links: bool) -> Text:
    diagnostic = finding.diagnostic
    return Text.assemble(
        place(finding.path, diagnostic.range.start, "bold", links),
        ": ",
        (diagnostic.severity.value, STYLES[diagnostic.severity]),
        f" {printable(diagnostic.message)} ",
        (f"[{diagnostic.rule}]", linked("dim", diagnostic.url if links else None)),
    )


def place(path: Path, position: Position, style: str, links: bool) -> Text:
    text = f"{printable(shown(path))}:{position.line + 1}:{position.column + 1}"
    return Text(text, linked(style, link(path) if links else None))


def failures(outcome: Outcome, page: Page) -> Iterator[Text]:
    """Those that nobody would see otherwise."""
    if page.stands_alone:
        for failure in outcome.failures:
            yield Text(printable(str(failure)))


def closing(lines: Iterable[str], console: Console) -> None:
    """What people are told at the end."""
    for line in lines:
        console.print(line, soft_wrap=True, highlight=False, markup=False)
