"""Every case of the Markdown files here: what is found in spite of all comments, and which of them are of no use.

The marks are taken out of a program before it is checked, for they are comments too. Of the fixes, those of
`unused-suppression` are written down. A line `Settings: ...` has what is set in the project, as TOML.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cases import Case, analyze, applied, assert_fixes, assert_marked, read_cases
from spooky_asyncio.engine import Report, fix_all
from spooky_asyncio.model import Applicability, Diagnostic
from spooky_asyncio.source import Source
from spooky_asyncio.suppression import UNUSED
from spooky_asyncio.suppression.edits import suppress

FILES = sorted(Path(__file__).parent.glob("*.md"))
CASES = [case for file in FILES for case in read_cases(file)]
OF_RULES = [case for file in sorted((Path(__file__).parents[1] / "rules").glob("*.md")) for case in read_cases(file)]
MARKS = re.compile(r"[ \t]*# error: .*$", re.MULTILINE)
SETTINGS = re.compile(r"^Settings: `(.*)`$", re.MULTILINE)


def write(case: Case, folder: Path) -> Path:
    found = SETTINGS.search(case.text)
    if found:
        (folder / "pyproject.toml").write_text(f"[tool.spooky]\n{found[1]}\n", "utf-8")
    return replace(case, program=MARKS.sub("", case.program)).write(folder)


@pytest.fixture(params=CASES, ids=str, scope="module")
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


@pytest.fixture(scope="module")
def written(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(case, tmp_path_factory.mktemp("case"))


@pytest.fixture(scope="module")
def report(written: Path) -> Report:
    return analyze(written)


def tree(text: str) -> str:
    return ast.dump(ast.parse(text))


def complaints(report: Report) -> Counter[tuple[str, str]]:
    return Counter((item.rule, item.message) for item in report.diagnostics)


def test_titles_are_unique() -> None:
    assert len({str(case) for case in CASES}) == len(CASES)


def test_findings(case: Case, report: Report) -> None:
    assert_marked(case, report)


def test_fixes_are_as_written_down(case: Case, report: Report, request: pytest.FixtureRequest) -> None:
    assert_fixes(case, replace(report, found=()), update=request.config.getoption("--update-cases"))


def unused(report: Report) -> Iterator[Diagnostic]:
    return (item for item in report.diagnostics if item.rule == UNUSED)


def test_each_unused_one_has_a_preferred_fix_after_which_it_is_gone(written: Path, report: Report) -> None:
    before = complaints(report)
    for diagnostic in unused(report):
        for fix in report.fixes(diagnostic):
            text = applied(report.source, fix)
            assert tree(text) == tree(report.source.text)
            after = complaints(analyze(written, text))
            if fix.applicability is Applicability.SAFE:
                assert before - after == Counter([(UNUSED, diagnostic.message)])
                assert {rule for rule, _ in after - before} <= {UNUSED}
            elif fix.preferred:
                # A name that was meant.
                assert (before - after).total() == 2
        assert fix.applicability is Applicability.SAFE or len(report.fixes(diagnostic)) == 2


def test_all_of_them_are_gone_at_once(written: Path, report: Report) -> None:
    if report.source.syntax_error is not None:
        pytest.skip("nothing is fixed in a broken file")

    def check(source: Source) -> Report:
        return analyze(written, source.text)

    done = fix_all(report, check, lambda diagnostic, fix: diagnostic.rule == UNUSED)
    assert tree(done.text) == tree(report.source.text)
    assert not list(unused(done.report))
    assert complaints(done.report) <= complaints(report)
    assert done.text == done.report.source.text


def test_whatever_is_found_can_be_ignored(written: Path, report: Report) -> None:
    assert_all_can_be_ignored(written, report)


@pytest.mark.once
@pytest.mark.parametrize("case", OF_RULES, ids=str)
def test_whatever_a_rule_finds_can_be_ignored(case: Case, tmp_path: Path) -> None:
    written = write(case, tmp_path)
    report = analyze(written)
    assert_all_can_be_ignored(written, report)


def assert_all_can_be_ignored(written: Path, report: Report) -> None:
    """One after the other, and no comment is then of no use."""
    plain = tree(report.source.parsed)
    while report.diagnostics:
        first, *others = report.diagnostics
        edit = suppress(first, report.source, others)
        assert edit is not None
        text = report.source.edited([edit])
        after = analyze(written, text)
        assert tree(after.source.parsed) == plain
        assert after.source.syntax_error == report.source.syntax_error
        assert not complaints(after) - complaints(report)
        assert len(after.diagnostics) < len(report.diagnostics)
        report = after
