"""Commands to the runner of a GitHub workflow, which shows them as annotations of the code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spooky_asyncio.batch.outcome import Failure, Finding, Outcome
from spooky_asyncio.cli.page import Page
from spooky_asyncio.model import Severity
from spooky_asyncio.workspace.foreign import printable
from spooky_asyncio.workspace.paths import slashed

_LEVELS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "notice",
    Severity.HINT: "notice",
}


def write(outcome: Outcome, page: Page) -> None:
    page.stream.writelines(map(_of_finding, outcome.findings))
    page.stream.writelines(map(_of_failure, outcome.failures))


def _of_finding(finding: Finding) -> str:
    diagnostic = finding.diagnostic
    start, end = diagnostic.range.start, diagnostic.range.end
    properties: dict[str, object] = {
        "title": f"spooky ({diagnostic.rule})",
        "file": slashed(finding.path),
        "line": start.line + 1,
        "endLine": end.line + 1,
    }
    if start.line == end.line:
        # GitHub refuses columns of more than one line.
        properties |= {"col": start.column + 1, "endColumn": end.column + 1}
    return _command(_LEVELS[diagnostic.severity], properties, "\n".join(_message(finding)))


def _of_failure(failure: Failure) -> str:
    properties: dict[str, object] = {"title": "spooky (not checked)"}
    if failure.path is not None:
        properties["file"] = slashed(failure.path)
    if failure.line is not None:
        properties["line"] = failure.line + 1
    return _command("error", properties, printable(str(failure)))


def _message(finding: Finding) -> Iterator[str]:
    """It begins with the place, for the log of the workflow shows nothing else of a command."""
    diagnostic, start = finding.diagnostic, finding.diagnostic.range.start
    yield printable(f"{slashed(finding.path)}:{start.line + 1}:{start.column + 1}: {diagnostic.message}")
    if finding.fixes:
        yield printable(f"fix: {finding.fixes[0].title}")


def _command(level: str, properties: dict[str, object], message: str) -> str:
    written = ",".join(f"{name}={_escaped(printable(str(value)), '%:,')}" for name, value in properties.items())
    return f"::{level} {written}::{_escaped(message, '%')}\n"


def _escaped(text: str, special: str) -> str:
    """As GitHub's own toolkit does it: what would end a line, a property or the command is written as its code."""
    return re.sub(rf"[\r\n{special}]", lambda match: f"%{ord(match[0]):02X}", text)
