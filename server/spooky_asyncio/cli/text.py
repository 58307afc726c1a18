"""The findings for people: a headline, the code with the place underlined, notes and the fix."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from spooky_asyncio.cli.check import Finding, Outcome, shown
from spooky_asyncio.cli.frame import code_frame
from spooky_asyncio.cli.streams import printable
from spooky_asyncio.model import Diagnostic, Fix, Position, Severity

_STYLES = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.INFORMATION: "bold blue",
    Severity.HINT: "bold cyan",
}
_PIPE_WIDTH = 120
_NARROWEST = 40


class _PipeConsole(Console):
    def on_broken_pipe(self) -> None:
        """rich would end the process here, with the status of a check that found something."""
        raise BrokenPipeError


def console(color: str) -> Console:
    """Standard output, colored `always`, `never` or, with `auto`, as the terminal and the environment say."""
    if color == "always":
        return _PipeConsole(file=sys.stdout, force_terminal=True, color_system="standard", no_color=False)
    if color == "never" or os.environ.get("NO_COLOR"):
        return _PipeConsole(file=sys.stdout, color_system=None)
    return _PipeConsole(file=sys.stdout)


def write(outcome: Outcome, console: Console) -> None:
    write_findings(outcome, console)
    write_summary(summary(outcome), console)


def write_findings(outcome: Outcome, console: Console) -> None:
    width = max(console.width, _NARROWEST) if sys.stdout.isatty() else _PIPE_WIDTH
    for finding in outcome.findings:
        for line in _lines(finding, width):
            console.print(line, soft_wrap=True)
        console.print()


def write_summary(line: str, console: Console) -> None:
    if line:
        console.print(line, soft_wrap=True, highlight=False, markup=False)


def _lines(finding: Finding, width: int) -> Iterator[Text]:
    yield _headline(finding)
    yield from code_frame(finding.lines, finding.diagnostic.range, width, _STYLES[finding.diagnostic.severity])
    for related in finding.diagnostic.related:
        place = _place(related.path or finding.path, related.range.start)
        yield Text.assemble("  ", ("note:", "bold"), f" {printable(related.message)} ({place})")
    if finding.fixes:
        yield Text.assemble("  ", ("fix:", "bold green"), f" {_fixes(finding.fixes)}")


def _headline(finding: Finding) -> Text:
    diagnostic: Diagnostic = finding.diagnostic
    return Text.assemble(
        (_place(finding.path, diagnostic.range.start), "bold"),
        ": ",
        (diagnostic.severity.value, _STYLES[diagnostic.severity]),
        f" {printable(diagnostic.message)} ",
        (f"[{diagnostic.rule}]", "dim"),
    )


def _place(path: Path, position: Position) -> str:
    return f"{printable(shown(path))}:{position.line + 1}:{position.column + 1}"


def _fixes(fixes: tuple[Fix, ...]) -> str:
    """The fix to take first, and how many there are besides."""
    best = next((fix for fix in fixes if fix.preferred), fixes[0])
    more = f" (and {len(fixes) - 1} more)" if len(fixes) > 1 else ""
    return f"{printable(best.title)}{more}"


def summary(outcome: Outcome) -> str:
    """Empty where there was nothing to check."""
    if not outcome.checked:
        return "Nothing could be checked." if outcome.unchecked else ""
    if not outcome.findings:
        return f"No problems in {files(outcome)}."
    hit = len({finding.path for finding in outcome.findings})
    return f"Found {count(len(outcome.findings), 'problem')} in {hit} of {files(outcome)}."


def files(outcome: Outcome) -> str:
    """How many were checked, and how well."""
    partly = f", {outcome.partly} of them only in part" if outcome.partly else ""
    unchecked = f"; {outcome.unchecked} could not be checked" if outcome.unchecked else ""
    return f"{count(outcome.checked, 'file')}{partly}{unchecked}"


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
