"""The findings as JSON, for other programs. Rows and columns count from 1, columns in code points."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TextIO

from spooky_asyncio.cli.check import Finding, Outcome
from spooky_asyncio.model import Fix, Position, Range


def write(outcome: Outcome, stream: TextIO) -> None:
    # Escapes for all that is not ASCII: they survive every encoding that a pipe or a console may have.
    json.dump([_finding(finding) for finding in outcome.findings], stream, indent=2, ensure_ascii=True)
    stream.write("\n")


def _finding(finding: Finding) -> dict[str, Any]:
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
