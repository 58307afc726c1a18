"""A report as of a test run, which most CI servers show: each problem is a test that failed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from xml.etree import ElementTree as ET

from spooky_asyncio.batch.outcome import Failure, Finding, Outcome
from spooky_asyncio.cli.page import Page
from spooky_asyncio.workspace.foreign import printable
from spooky_asyncio.workspace.paths import shown, slashed

_NOT_IN_XML = re.compile("[\ufffe\uffff]")


def write(outcome: Outcome, page: Page) -> None:
    root = ET.Element("testsuites", name="spooky")
    for path, findings in groupby(outcome.findings, lambda finding: finding.path):
        _suite(root, slashed(path), map(_of_finding, findings))
    if outcome.failures:
        _suite(root, "not checked", map(_of_failure, outcome.failures))
    elif outcome.checked and not outcome.findings:
        # Servers take a report without any test for a mistake.
        _suite(root, "spooky check", [ET.Element("testcase", name="no problems", classname="spooky")])
    for kind in ("tests", "failures", "errors"):
        root.set(kind, str(sum(int(suite.get(kind, "0")) for suite in root)))
    ET.indent(root)
    # What is not ASCII is written as its number: that survives every encoding that a pipe or a console may have.
    page.stream.write(ET.tostring(root, "us-ascii", xml_declaration=True).decode("ascii") + "\n")


def _suite(root: ET.Element, name: str, cases: Iterator[ET.Element] | list[ET.Element]) -> None:
    suite = ET.SubElement(root, "testsuite", name=_legal(name))
    suite.extend(cases)
    suite.set("tests", str(len(suite)))
    for kind in ("failure", "error"):
        suite.set(f"{kind}s", str(len(suite.findall(f"testcase/{kind}"))))


def _of_finding(finding: Finding) -> ET.Element:
    diagnostic, start = finding.diagnostic, finding.diagnostic.range.start
    path, place = slashed(finding.path), f"{start.line + 1}:{start.column + 1}"
    case = _case(f"{diagnostic.rule} at {place}", path, start.line)
    failure = ET.SubElement(
        case, "failure", type=f"{diagnostic.rule} ({diagnostic.severity.value})", message=_legal(diagnostic.message)
    )
    failure.text = "\n".join(map(_legal, _details(finding)))
    return case


def _of_failure(failure: Failure) -> ET.Element:
    path = None if failure.path is None else slashed(failure.path)
    case = _case("not checked" if path is None else f"{path} is not checked", path, failure.line)
    error = ET.SubElement(case, "error", type="not checked", message=_legal(failure.message))
    error.text = _legal(str(failure))
    return case


def _case(name: str, path: str | None, line: int | None) -> ET.Element:
    case = ET.Element("testcase", name=_legal(name), classname=_legal(path or "spooky"))
    if path is not None:
        case.set("file", _legal(path))
    if line is not None:
        case.set("line", str(line + 1))
    return case


def _details(finding: Finding) -> Iterator[str]:
    diagnostic, start = finding.diagnostic, finding.diagnostic.range.start
    yield f"{shown(finding.path)}:{start.line + 1}:{start.column + 1}: {diagnostic.message} [{diagnostic.rule}]"
    for related in diagnostic.related:
        at = related.range.start
        yield f"note: {related.message} ({shown(related.path or finding.path)}:{at.line + 1}:{at.column + 1})"
    for fix in finding.fixes[:1]:
        yield f"fix: {fix.title}"


def _legal(text: str) -> str:
    return _NOT_IN_XML.sub(lambda match: f"\\u{ord(match[0]):x}", printable(text))
