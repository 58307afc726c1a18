"""The fixes of the labelled suite: each is applied alone, and the program is analyzed and run before and after.

usage: python tests/fixes.py [--shard K/N] [--list] [FILE ...]
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import suite
from cases import applied
from spooky_asyncio.engine import Report
from spooky_asyncio.model import Diagnostic, Fix
from spooky_asyncio.source import Source
from spooky_asyncio.workspace.project import Project

ORACLE = Path(__file__).with_name("fix_oracle.py")
LEADS_ON = {"task-never-awaited": "task-exception-never-retrieved"}
"""The article's own fix of forgotten tasks waits without a look at their results, which is the third error."""


@dataclass(frozen=True)
class Program:
    """One case of a file of the suite with what it needs, every other case blanked out."""

    file: Path
    case: str
    text: str


@dataclass(frozen=True)
class Outcome:
    complaints: Counter[tuple[str, str]]
    raised: list[str]


@dataclass
class Verdict:
    program: Program
    diagnostic: Diagnostic
    fix: Fix
    problems: list[str] = field(default_factory=list)


def programs(file: Path) -> Iterator[Program]:
    text = file.read_text("utf-8")
    tree = ast.parse(text)
    lines = text.split("\n")
    spans = {
        node.name: range(min([node.lineno, *(d.lineno for d in node.decorator_list)]) - 1, node.end_lineno or 0)
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("case_")
    }
    marked = {label.case for label in suite.labels(file) if label.rules}
    for case in sorted(marked, key=lambda name: spans[name].start if name else -1):
        others = {line for name, span in spans.items() if name != case for line in span}
        kept = ["" if number in others else line for number, line in enumerate(lines)]
        yield Program(file, case, "\n".join(kept))


class Oracle:
    """A process that runs programs; a new one when a program hangs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._known: dict[tuple[Path, str, str], Outcome] = {}

    def run(self, program: Program, text: str) -> Outcome:
        key = (program.file, program.case, text)
        if key not in self._known:
            self._known[key] = self._run(program, text)
        return self._known[key]

    def _run(self, program: Program, text: str) -> Outcome:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, str(ORACLE), str(self._folder)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            )  # fmt: skip
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"text": text, "file": str(program.file), "case": program.case}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self._process = None
            return Outcome(Counter(), ["the process died"])
        answer = json.loads(line)
        found = {(rule, name, tuple(lines)) for rule, name, lines in answer["complaints"]}
        return Outcome(Counter((rule, name) for rule, name, _ in found), answer["raised"])


def check(
    program: Program, report: Report, diagnostic: Diagnostic, fix: Fix, project: Project, oracle: Oracle
) -> Verdict:
    verdict = Verdict(program, diagnostic, fix)
    text = applied(report.source, fix)
    try:
        compile(text, program.file.name, "exec")
    except SyntaxError as error:
        verdict.problems.append(f"does not compile: {error}")
        return verdict
    again = project.check(Source.from_text(text, program.file))
    before = Counter(item.rule for item in report.diagnostics)
    after = Counter(item.rule for item in again.diagnostics)
    if after[diagnostic.rule] >= before[diagnostic.rule]:
        verdict.problems.append("the analysis still finds it")
    allowed = set() if fix.preferred else {LEADS_ON.get(diagnostic.rule)}
    new = {rule for rule in after if after[rule] > before[rule]} - allowed
    if new:
        verdict.problems.append(f"the analysis finds something new: {', '.join(sorted(new))}")
    was, now = oracle.run(program, program.text), oracle.run(program, text)
    found = {(item.rule) for item in report.diagnostics}
    gone = sum(was.complaints.values()) - sum(now.complaints.values())
    fresh = {kind for kind in now.complaints - was.complaints if kind[0] not in allowed and kind[0] not in found}
    if fresh:
        verdict.problems.append(f"CPython has new complaints: {sorted(fresh)}")
    twins = [item for item in report.diagnostics if item.range.start.line == diagnostic.range.start.line]
    left = {kind for kind in now.complaints if kind[0] not in allowed}
    if gone <= 0 and was.complaints and left and len(twins) == 1:
        verdict.problems.append(f"CPython still complains: {dict(now.complaints)}")
    for old, raised in zip(was.raised, now.raised, strict=False):
        if raised and raised != old:
            verdict.problems.append(f"raises {raised!r} in place of {old!r}")
    return verdict


def verdicts(files: list[Path]) -> Iterator[tuple[Program, Diagnostic, list[Verdict]]]:
    oracle = Oracle(suite.FOLDER)
    project = Project.at(suite.FOLDER)
    for file in files:
        for program in programs(file):
            report = project.check(Source.from_text(program.text, program.file))
            own = _lines(program)
            for diagnostic in report.diagnostics:
                if diagnostic.range.start.line not in own:
                    continue
                fixes = report.fixes(diagnostic)
                yield program, diagnostic, [check(program, report, diagnostic, fix, project, oracle) for fix in fixes]


def _lines(program: Program) -> set[int]:
    """The lines of the case; of the module, those outside of all cases."""
    tree = ast.parse(program.text)
    cases = [node for node in tree.body if getattr(node, "name", "").startswith("case_")]
    inside = {line for node in cases for line in range(node.lineno - 1, node.end_lineno or 0)}
    return inside if program.case else set(range(program.text.count("\n") + 1)) - inside


def main(arguments: list[str]) -> int:
    files = [Path(argument).resolve() for argument in arguments if not argument.startswith("-")] or suite.files()
    listed = "--list" in arguments
    found = offered = wrong = without = 0
    for program, diagnostic, checked in verdicts(files):
        found += 1
        line = diagnostic.range.start.line + 1
        where = f"{program.file.name}:{line}: {program.text.split(chr(10))[line - 1].strip()}"
        if not checked:
            without += 1
            print(f"NO FIX {where}")
        elif not any(verdict.fix.preferred for verdict in checked):
            print(f"NO PREFERRED {where}")
        for verdict in checked:
            offered += 1
            wrong += bool(verdict.problems)
            for problem in verdict.problems:
                print(f"WRONG {where}\n      {verdict.fix.title}{' (preferred)' * verdict.fix.preferred}: {problem}")
            if listed and not verdict.problems:
                print(f"right {where}\n      {verdict.fix.title}")
        sys.stdout.flush()
    print(f"{found} findings, {without} without a fix, {offered} fixes, {wrong} wrong")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
