"""GitLab's code quality report, which merge requests show."""

from __future__ import annotations

import json
from typing import Any

from spooky_asyncio.batch.identity import hashed, identities
from spooky_asyncio.batch.outcome import Failure, Finding, Outcome
from spooky_asyncio.cli.page import Page
from spooky_asyncio.model import Position, Severity
from spooky_asyncio.workspace.paths import slashed

_SEVERITIES = {
    Severity.ERROR: "major",
    Severity.WARNING: "minor",
    Severity.INFORMATION: "info",
    Severity.HINT: "info",
}


def write(outcome: Outcome, page: Page) -> None:
    marks = [identity.fingerprint for identity in identities(outcome.findings)]
    issues = [_of_finding(finding, mark) for finding, mark in zip(outcome.findings, marks, strict=True)]
    issues += map(_of_failure, outcome.failures)
    json.dump(issues, page.stream, indent=2, ensure_ascii=True)
    page.stream.write("\n")


def _of_finding(finding: Finding, fingerprint: str) -> dict[str, Any]:
    diagnostic, path = finding.diagnostic, slashed(finding.path)
    start, end = diagnostic.range.start, diagnostic.range.end
    return {
        "description": diagnostic.message,
        "check_name": diagnostic.rule,
        # GitLab wants one that no other issue of the report has.
        "fingerprint": hashed(path, fingerprint),
        "severity": _SEVERITIES[diagnostic.severity],
        "location": {
            "path": path,
            "lines": {"begin": start.line + 1, "end": end.line + 1},
            "positions": {"begin": _position(start), "end": _position(end)},
        },
    }


def _of_failure(failure: Failure) -> dict[str, Any]:
    # An issue has to lie somewhere.
    path, line = "." if failure.path is None else slashed(failure.path), (failure.line or 0) + 1
    return {
        "description": failure.message,
        "check_name": "not-checked",
        "fingerprint": hashed(path, "not-checked", str(line), failure.message),
        "severity": "critical",
        "location": {"path": path, "lines": {"begin": line}},
    }


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line + 1, "column": position.column + 1}
