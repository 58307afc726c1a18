"""The findings as JSON, for other programs. Rows and columns count from 1, columns in code points."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from spooky_asyncio.batch.outcome import Failure, Finding, Outcome
from spooky_asyncio.cli.page import Page
from spooky_asyncio.model import Fix, Position, Range


def write(outcome: Outcome, page: Page) -> None:
    # Escapes for all that is not ASCII: they survive every encoding that a pipe or a console may have.
    json.dump(list(objects(outcome)), page.stream, indent=2, ensure_ascii=True)
    page.stream.write("\n")


def objects(outcome: Outcome) -> Iterator[dict[str, Any]]:
    """One for each finding, and one without a code for each failure."""
    yield from map(finding_object, outcome.findings)
    yield from map(failure_object, outcome.failures)


def finding_object(finding: Finding) -> dict[str, Any]:
    diagnostic = finding.diagnostic
    return {
        "code": diagnostic.rule,
        "message": diagnostic.message,
        "severity": diagnostic.severity.value,
        **_place(finding.path, diagnostic.range),
        "related": [
            {"message": related.message, **_place(related.path or finding.path, related.range)}
            for related in diagnostic.related
        ],
        "url": diagnostic.url,
        "fixes": [_fix(fix, finding.path) for fix in finding.fixes],
    }


def failure_object(failure: Failure) -> dict[str, Any]:
    location = None if failure.line is None else _location(Position(failure.line, 0))
    return {
        "code": None,
        "message": failure.message,
        "severity": "error",
        "filename": None if failure.path is None else str(failure.path),
        "location": location,
        "end_location": location,
        "related": [],
        "url": None,
        "fixes": [],
    }


def _fix(fix: Fix, path: Path) -> dict[str, Any]:
    return {
        "title": fix.title,
        "kind": fix.kind.value,
        "preferred": fix.preferred,
        "applicability": fix.applicability.value,
        "edits": [{"content": edit.content, **_place(edit.path or path, edit.range)} for edit in fix.edits],
    }


def _place(path: Path, span: Range) -> dict[str, Any]:
    return {"filename": str(path), "location": _location(span.start), "end_location": _location(span.end)}


def _location(position: Position) -> dict[str, int]:
    return {"row": position.line + 1, "column": position.column + 1}
