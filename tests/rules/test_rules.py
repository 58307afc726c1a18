"""Every case of the Markdown files: findings, fixes, and what CPython says of the program before and after."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from cases import (
    CELL,
    Case,
    all_fixes,
    analyze,
    applied_everywhere,
    assert_fixes,
    assert_marked,
    read_cases,
    run,
    runs_here,
)
from rule_pages import fix_rows
from spooky_asyncio.engine import Report
from spooky_asyncio.model import FixKind
from spooky_asyncio.rules import RULES, Rule, rule_named

FILES = sorted(Path(__file__).parent.glob("*.md"))
CASES = [case for file in FILES for case in read_cases(file)]
COMPLAINTS = {
    "coroutine-never-awaited": "never-awaited",
    "task-never-awaited": "pending",
    "task-exception-never-retrieved": "never-retrieved",
}
# The article's own fix of a forgotten task waits without a look at the results, which is the third error.
LEADS_ON = {"task-never-awaited": "task-exception-never-retrieved"}


@pytest.fixture(params=CASES, ids=str, scope="module")
def case(request: pytest.FixtureRequest) -> Case:
    if not runs_here(request.param.program):
        pytest.skip("the program needs a newer Python")
    return request.param


@pytest.fixture(scope="module")
def written(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return case.write(tmp_path_factory.mktemp("case"))


@pytest.fixture(scope="module")
def report(written: Path) -> Report:
    """Of the case as it is written down, for all tests of it."""
    return analyze(written)


@pytest.fixture
def folder(case: Case, written: Path) -> Path:
    """Where the case stands, whatever a test before has made of it."""
    case.write(written.parent)
    return written.parent


def test_titles_are_unique() -> None:
    assert len({str(case) for case in CASES}) == len(CASES)


def test_findings(case: Case, report: Report) -> None:
    assert_marked(case, report)


def test_fixes_are_as_written_down(case: Case, folder: Path, report: Report, request: pytest.FixtureRequest) -> None:
    assert_fixes(case, report, update=request.config.getoption("--update-cases"))


def test_each_finding_has_at_most_one_preferred_fix(folder: Path, report: Report) -> None:
    for diagnostic in report.diagnostics:
        fixes = report.fixes(diagnostic)
        assert [fix.preferred for fix in fixes] == [True] + [False] * (len(fixes) - 1) if fixes else True
        assert len({fix.title for fix in fixes}) == len(fixes)


def test_the_page_says_of_each_fix_whether_it_is_safe(report: Report) -> None:
    for diagnostic in report.diagnostics:
        rows = fix_rows(rule_named(diagnostic.rule))
        for fix in report.fixes(diagnostic):
            assert any(row.describes(fix.title) and fix.applicability in row.safety for row in rows), fix.title


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_fix_on_the_page_is_shown_by_a_case(rule: Rule) -> None:
    titles = {title for case in CASES for title in re.findall(r"^(?:Preferred f|F)ix: (.*)", case.text, re.MULTILINE)}
    assert [row.title for row in fix_rows(rule) if not any(map(row.describes, titles))] == []


def test_fixed_text_has_no_findings_of_the_fixed_kind(case: Case, folder: Path, written: Path, report: Report) -> None:
    before = [diagnostic.rule for diagnostic in report.diagnostics]
    for diagnostic in report.diagnostics:
        for fix in report.fixes(diagnostic):
            changed = applied_everywhere(report.source, fix)
            if not all(map(runs_here, changed.values())):
                continue
            others = found_elsewhere(case, folder)
            write(changed)
            after = [item.rule for item in analyze(written).diagnostics]
            assert after.count(diagnostic.rule) < before.count(diagnostic.rule), fix.title
            new = set(after) - set(before)
            assert new <= (set() if fix.preferred else {LEADS_ON.get(diagnostic.rule)}), fix.title
            assert found_elsewhere(case, folder) == others, fix.title
            case.write(folder)


def found_elsewhere(case: Case, folder: Path) -> dict[str, list[str]]:
    modules = [name for name in case.modules if name.endswith(".py")]
    return {name: [item.rule for item in analyze(folder / name).diagnostics] for name in modules}


def write(texts: dict[Path, str]) -> None:
    for path, text in texts.items():
        compile(text, path.name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if path.name == CELL else 0)
        path.write_text(text, "utf-8", newline="")


def test_a_rewrite_says_what_each_of_its_edits_does(folder: Path, report: Report) -> None:
    for fix in all_fixes(report):
        if fix.kind is FixKind.REWRITE:
            assert all(edit.label for edit in fix.edits), fix.title
        else:
            assert not any(edit.path for edit in fix.edits), fix.title


def test_cpython_agrees(case: Case, folder: Path) -> None:
    if not case.is_run:
        pytest.skip("the case says that it can't be run")
    ran = run(folder / case.entry)
    expected = {COMPLAINTS[rule] for _, rule, _ in case.marks}
    assert ran.kinds == expected, ran


def test_fixes_run(case: Case, folder: Path, report: Report) -> None:
    """After a fix CPython complains less, and raises nothing but an exception that was lost before."""
    if not case.is_run:
        pytest.skip("the case says that it can't be run")
    entry = folder / case.entry
    before = run(entry)
    lost = {name for kind, name in before.complaints if kind == "never-retrieved"}
    for fix in all_fixes(report):
        changed = applied_everywhere(report.source, fix)
        if not all(map(runs_here, changed.values())):
            continue
        write(changed)
        after = run(entry)
        case.write(folder)
        assert len(after.complaints) < len(before.complaints), (fix.title, after)
        assert not (after.kinds - before.kinds), (fix.title, after)
        assert after.raised in {before.raised, None, *lost}, (fix.title, after)
