"""Every case of the Markdown files: findings, fixes, and what CPython says of the program before and after."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from cases import CELL, Case, all_fixes, analyze, applied_everywhere, read_cases, run, runs_here, with_fixes
from spooky_asyncio.model import FixKind

FILES = sorted(Path(__file__).parent.glob("*.md"))
CASES = [case for file in FILES for case in read_cases(file)]
COMPLAINTS = {
    "coroutine-never-awaited": "never-awaited",
    "task-never-awaited": "pending",
    "task-exception-never-retrieved": "never-retrieved",
}
# The article's own fix of a forgotten task waits without a look at the results, which is the third error.
LEADS_ON = {"task-never-awaited": "task-exception-never-retrieved"}


@pytest.fixture(params=CASES, ids=str)
def case(request: pytest.FixtureRequest) -> Case:
    if not runs_here(request.param.program):
        pytest.skip("the program needs a newer Python")
    return request.param


def test_titles_are_unique() -> None:
    assert len({str(case) for case in CASES}) == len(CASES)


def test_findings(case: Case, tmp_path: Path) -> None:
    report = analyze(case.write(tmp_path))
    assert not report.failures
    found = [(item.range.start.line, item.rule, item.message) for item in report.diagnostics]
    assert [(line, rule) for line, rule, _ in found] == [(line, rule) for line, rule, _ in case.marks]
    for (_, _, message), (_, _, part) in zip(found, case.marks, strict=True):
        assert part in message
        assert "\n" not in message


def test_fixes_are_as_written_down(case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    report = analyze(case.write(tmp_path))
    now = with_fixes(case, report)
    if request.config.getoption("--update-cases"):
        text = case.file.read_text("utf-8")
        following = "\n" if text.index(case.text) + len(case.text) < len(text) else ""
        case.file.write_text(text.replace(case.text, now + following), "utf-8")
        return
    assert now.split("\n") == (case.text.rstrip() + "\n").split("\n")


def test_each_finding_has_at_most_one_preferred_fix(case: Case, tmp_path: Path) -> None:
    report = analyze(case.write(tmp_path))
    for diagnostic in report.diagnostics:
        fixes = report.fixes(diagnostic)
        assert [fix.preferred for fix in fixes] == [True] + [False] * (len(fixes) - 1) if fixes else True
        assert len({fix.title for fix in fixes}) == len(fixes)


def test_fixed_text_has_no_findings_of_the_fixed_kind(case: Case, tmp_path: Path) -> None:
    program = case.write(tmp_path)
    report = analyze(program)
    before = [diagnostic.rule for diagnostic in report.diagnostics]
    for diagnostic in report.diagnostics:
        for fix in report.fixes(diagnostic):
            changed = applied_everywhere(report.source, fix)
            if not all(map(runs_here, changed.values())):
                continue
            others = found_elsewhere(case, tmp_path)
            write(changed)
            after = [item.rule for item in analyze(program).diagnostics]
            assert after.count(diagnostic.rule) < before.count(diagnostic.rule), fix.title
            new = set(after) - set(before)
            assert new <= (set() if fix.preferred else {LEADS_ON.get(diagnostic.rule)}), fix.title
            assert found_elsewhere(case, tmp_path) == others, fix.title
            case.write(tmp_path)


def found_elsewhere(case: Case, folder: Path) -> dict[str, list[str]]:
    return {name: [item.rule for item in analyze(folder / name).diagnostics] for name in case.modules}


def write(texts: dict[Path, str]) -> None:
    for path, text in texts.items():
        compile(text, path.name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if path.name == CELL else 0)
        path.write_text(text, "utf-8", newline="")


def test_a_rewrite_says_what_each_of_its_edits_does(case: Case, tmp_path: Path) -> None:
    for fix in all_fixes(analyze(case.write(tmp_path))):
        if fix.kind is FixKind.REWRITE:
            assert all(edit.label for edit in fix.edits), fix.title
        else:
            assert not any(edit.path for edit in fix.edits), fix.title


def test_cpython_agrees(case: Case, tmp_path: Path) -> None:
    if not case.is_run:
        pytest.skip("the case says that it can't be run")
    case.write(tmp_path)
    ran = run(tmp_path / case.entry)
    expected = {COMPLAINTS[rule] for _, rule, _ in case.marks}
    assert ran.kinds == expected, ran


def test_fixes_run(case: Case, tmp_path: Path) -> None:
    """After a fix CPython complains less, and raises nothing but an exception that was lost before."""
    if not case.is_run:
        pytest.skip("the case says that it can't be run")
    entry = tmp_path / case.entry
    report = analyze(case.write(tmp_path))
    before = run(entry)
    lost = {name for kind, name in before.complaints if kind == "never-retrieved"}
    for fix in all_fixes(report):
        changed = applied_everywhere(report.source, fix)
        if not all(map(runs_here, changed.values())):
            continue
        write(changed)
        after = run(entry)
        case.write(tmp_path)
        assert len(after.complaints) < len(before.complaints), (fix.title, after)
        assert not (after.kinds - before.kinds), (fix.title, after)
        assert after.raised in {before.raised, None, *lost}, (fix.title, after)
