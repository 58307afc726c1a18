"""SARIF 2.1.0, the exchange format of static analysis: GitHub's code scanning and many viewers read it.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import spooky_asyncio
from spooky_asyncio.batch.identity import identities, snippet
from spooky_asyncio.batch.outcome import Failure, Finding, Outcome
from spooky_asyncio.cli.explain import first_sentence
from spooky_asyncio.cli.page import Page
from spooky_asyncio.model import Fix, Range, Related, Severity
from spooky_asyncio.rules import ALL_RULES, Rule
from spooky_asyncio.settings import Settings
from spooky_asyncio.workspace.paths import relative_uri

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "note",
    Severity.HINT: "note",
}
_ROOT = "SRCROOT"
_FINGERPRINT = "spookyFinding/v1"
"""Not `primaryLocationLineHash`: GitHub calculates that one itself, and warns of every other value."""


def write(outcome: Outcome, page: Page) -> None:
    json.dump(_log(outcome, page.shard), page.stream, indent=2, ensure_ascii=True)
    page.stream.write("\n")


def _log(outcome: Outcome, shard: str) -> dict[str, Any]:
    marks = [identity.fingerprint for identity in identities(outcome.findings)]
    run: dict[str, Any] = {
        "tool": {"driver": _driver()},
        "invocations": [_invocation(outcome)],
        "originalUriBaseIds": {_ROOT: {"uri": Path.cwd().as_uri().rstrip("/") + "/"}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, mark) for finding, mark in zip(outcome.findings, marks, strict=True)],
    }
    if shard:
        # GitHub takes what stands before the last slash for a category: one run of each counts.
        run["automationDetails"] = {"id": f"spooky-asyncio/{shard.replace('/', '-of-')}/"}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _driver() -> dict[str, Any]:
    return {
        "name": "spooky-asyncio",
        "semanticVersion": spooky_asyncio.__version__,
        "informationUri": spooky_asyncio.HOME,
        "rules": list(map(_rule, ALL_RULES)),
    }


def _rule(rule: Rule) -> dict[str, Any]:
    severity = Settings().severity[rule.name]
    return {
        "id": rule.name,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": first_sentence(rule.explanation)},
        "fullDescription": {"text": " ".join(rule.explanation.split())},
        "help": {"text": rule.page, "markdown": rule.page},
        "helpUri": rule.url,
        "defaultConfiguration": {"level": _LEVELS[severity] if severity else "none"},
        "properties": {"tags": list(rule.tags), "precision": "high"},
    }


def _invocation(outcome: Outcome) -> dict[str, Any]:
    return {
        "executionSuccessful": not outcome.failures,
        "toolExecutionNotifications": [
            *map(_notification, outcome.failures),
            *({"level": "note", "message": {"text": note}} for note in outcome.notes),
        ],
    }


def _notification(failure: Failure) -> dict[str, Any]:
    notification: dict[str, Any] = {"level": "error", "message": {"text": failure.message}}
    if failure.path is not None:
        place: dict[str, Any] = {"artifactLocation": _artifact(failure.path)}
        if failure.line is not None:
            place["region"] = {"startLine": failure.line + 1}
        notification["locations"] = [{"physicalLocation": place}]
    return notification


def _result(finding: Finding, fingerprint: str) -> dict[str, Any]:
    diagnostic = finding.diagnostic
    region = {**_region(diagnostic.range), "snippet": {"text": snippet(finding)}}
    place = {"artifactLocation": _artifact(finding.path), "region": region}
    return {
        "ruleId": diagnostic.rule,
        "ruleIndex": next(index for index, rule in enumerate(ALL_RULES) if rule.name == diagnostic.rule),
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": diagnostic.message},
        "locations": [{"physicalLocation": place}],
        "relatedLocations": [
            _related(number, related, finding.path) for number, related in enumerate(diagnostic.related, 1)
        ],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
        "fixes": [_fix(fix, finding.path) for fix in finding.fixes],
    }


def _related(number: int, related: Related, path: Path) -> dict[str, Any]:
    place = _place(related.path or path, related.range)
    return {"id": number, "message": {"text": related.message}, "physicalLocation": place}


def _fix(fix: Fix, path: Path) -> dict[str, Any]:
    changed = dict.fromkeys(edit.path or path for edit in fix.edits)
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(file),
                "replacements": [
                    {"deletedRegion": _region(edit.range), "insertedContent": {"text": edit.content}}
                    for edit in fix.edits
                    if (edit.path or path) == file
                ],
            }
            for file in changed
        ],
        "properties": {
            "applicability": fix.applicability.value,
            "kind": fix.kind.value,
            "preferred": fix.preferred,
        },
    }


def _place(path: Path, span: Range) -> dict[str, Any]:
    return {"artifactLocation": _artifact(path), "region": _region(span)}


def _region(span: Range) -> dict[str, int]:
    return {
        "startLine": span.start.line + 1,
        "startColumn": span.start.column + 1,
        "endLine": span.end.line + 1,
        "endColumn": span.end.column + 1,
    }


def _artifact(path: Path) -> dict[str, str]:
    uri = relative_uri(path)
    return {"uri": path.as_uri()} if uri is None else {"uri": uri, "uriBaseId": _ROOT}
