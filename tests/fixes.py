"""The fixes of the labelled suite: each is applied alone, and the program is analyzed and run before and after.

Every finding of every case is looked at, in a program of that case alone. A fix is right if the result compiles, the
analysis finds neither the old finding nor a new one, CPython complains less than before and of nothing new, and raises
nothing that was not to be expected: what a function raises that did not run before is its own business, and so is an
exception that was lost before. All preferred fixes of the program together leave no finding.

usage: python tests/fixes.py [--list] [--write DOCUMENT] [FILE ...]

Prints the findings without a fix and the fixes that are wrong; `--list` prints all of them, `--write` puts the table of
all figures between two marks in a Markdown file.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import suite
from cases import applied
from spooky_asyncio.engine import Fixed, Report, fix_all
from spooky_asyncio.model import Diagnostic, Fix
from spooky_asyncio.source import Source
from spooky_asyncio.workspace.project import Project

ORACLE = Path(__file__).with_name("fix_oracle.py")
KNOWN = Path(__file__).with_name("known_limits_of_fixes.json")
"""By file and case: why what the fix does can't be shown there."""
DEADLINE = 20
"""Seconds until a program is taken for endless."""
LEADS_ON = {"task-never-awaited": "task-exception-never-retrieved"}
"""The article's own fix of forgotten tasks waits without a look at their results, which is the third error."""
_MARKS = ("<!-- fixes: start -->", "<!-- fixes: end -->")


@dataclass(frozen=True)
class Program:
    """One case of a file of the suite with what it needs, every other case blanked out."""

    file: Path
    case: str
    text: str


@dataclass(frozen=True)
class Outcome:
    complaints: Counter[tuple[str, str]]
    """How many there are of each rule and name."""
    raised: list[dict[str, Any] | None]
    about: dict[int, set[tuple[str, str]]] = field(default_factory=dict)
    """The same by the lines that they are about."""
    ended: bool = True


@dataclass
class Verdict:
    fix: Fix
    problems: list[str] = field(default_factory=list)


@dataclass
class Mended:
    """What was made of one finding."""

    program: Program
    diagnostic: Diagnostic
    verdicts: list[Verdict]
    limit: str = ""

    def __str__(self) -> str:
        line = self.diagnostic.range.start.line
        return f"{self.program.file.name}:{line + 1}: {self.program.text.split(chr(10))[line].strip()}"

    @property
    def problems(self) -> list[str]:
        found = [f"{verdict.fix.title}: {problem}" for verdict in self.verdicts for problem in verdict.problems]
        return [f"{self}\n      {problem}" for problem in found]


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

    def __enter__(self) -> Oracle:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def run(self, program: Program, text: str) -> Outcome:
        key = (program.file, program.case, text)
        if key not in self._known:
            self._known[key] = self._run(program, text)
        return self._known[key]

    def _run(self, program: Program, text: str) -> Outcome:
        process = self._started()
        assert process.stdin and process.stdout
        deadline = threading.Timer(DEADLINE, process.kill)
        deadline.start()
        process.stdin.write(json.dumps({"text": text, "file": str(program.file), "case": program.case}) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        deadline.cancel()
        if not line:
            process.communicate()
            self._process = None
            return Outcome(Counter(), [], ended=False)
        answer = json.loads(line)
        found = {(rule, name, tuple(lines)) for rule, name, lines in answer["complaints"]}
        about: dict[int, set[tuple[str, str]]] = {}
        for rule, name, lines in found:
            for line in lines:
                about.setdefault(line, set()).add((rule, name))
        return Outcome(Counter((rule, name) for rule, name, _ in found), answer["raised"], about)

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, str(ORACLE), str(self._folder)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            )  # fmt: skip
        return self._process


class Workshop:
    """Applies fixes and looks at what becomes of the program."""

    def __init__(self, oracle: Oracle, part: tuple[int, int] = (0, 1)) -> None:
        """`part` tells which of how many parts of the programs are looked at."""
        self._oracle = oracle
        self._part = part
        self._project = Project.at(suite.FOLDER)
        self._reports: dict[tuple[Path, str], Report] = {}
        self._limits: dict[str, dict[str, str]] = json.loads(KNOWN.read_text("utf-8"))

    def mend(self, file: Path) -> Iterator[Mended]:
        """All findings of a file, each with all of its fixes tried."""
        for program in self._programs(file):
            report = self._check(program, program.text)
            own = _lines(program)
            limit = self._limits.get(file.name, {}).get(program.case or "the module", "")
            for diagnostic in report.diagnostics:
                if diagnostic.range.start.line in own:
                    verdicts = [self._verdict(program, report, diagnostic, fix) for fix in report.fixes(diagnostic)]
                    yield Mended(program, diagnostic, verdicts, limit)

    def _programs(self, file: Path) -> list[Program]:
        number, count = self._part
        # What is known of other files is of no more use.
        self._reports = {key: report for key, report in self._reports.items() if key[0] == file}
        return list(programs(file))[number::count]

    def left_after_all(self, file: Path) -> list[str]:
        """What is still found when all preferred fixes have been applied, of what has a fix."""
        left = []
        for program in self._programs(file):
            fixed = self._fixed(program, self._check(program, program.text))
            again = self._fixed(program, fixed.report)
            left += [f"{file.name}: {program.case}: changed again by a second run"] * (again.text != fixed.text)
            for diagnostic in fixed.report.diagnostics:
                fix = fixed.report.preferred_fix(diagnostic)
                if fix is not None and not fix.wants_a_look:
                    left.append(f"{file.name}: {program.case}: {diagnostic.message}")
        return left

    def _fixed(self, program: Program, report: Report) -> Fixed:
        return fix_all(report, lambda source: self._check(program, source.text), lambda *_: True)

    def _check(self, program: Program, text: str) -> Report:
        key = (program.file, text)
        if key not in self._reports:
            self._reports[key] = self._project.check(Source.from_text(text, program.file))
        return self._reports[key]

    def _verdict(self, program: Program, report: Report, diagnostic: Diagnostic, fix: Fix) -> Verdict:
        verdict = Verdict(fix)
        if any(edit.path for edit in fix.edits):
            return verdict
        text = applied(report.source, fix)
        try:
            compile(text, program.file.name, "exec")
        except SyntaxError as error:
            verdict.problems.append(f"does not compile: {error}")
            return verdict
        allowed = {LEADS_ON.get(diagnostic.rule)} if not fix.preferred else set()
        verdict.problems += self._analyzed(program, report, diagnostic, text, allowed)
        verdict.problems += self._run(program, report, diagnostic, fix, text, allowed)
        return verdict

    def _analyzed(
        self, program: Program, report: Report, diagnostic: Diagnostic, text: str, allowed: set[str | None]
    ) -> Iterator[str]:
        before = Counter(item.rule for item in report.diagnostics)
        after = Counter(item.rule for item in self._check(program, text).diagnostics)
        if after[diagnostic.rule] >= before[diagnostic.rule]:
            yield "the analysis still finds it"
        new = {rule for rule in after if after[rule] > before[rule]} - allowed
        if new:
            yield f"the analysis finds something new: {', '.join(sorted(new))}"

    def _run(
        self, program: Program, report: Report, diagnostic: Diagnostic, fix: Fix, text: str, allowed: set[str | None]
    ) -> Iterator[str]:
        was, now = self._oracle.run(program, program.text), self._oracle.run(program, text)
        if not now.ended:
            yield "the program does not end any more"
            return
        known = {item.rule for item in report.diagnostics}
        fresh = {kind for kind in now.complaints - was.complaints if kind[0] not in allowed | known}
        if fresh:
            yield f"CPython has new complaints: {sorted(fresh)}"
        line = diagnostic.range.start.line
        is_only_one = sum(item.range.start.line == line for item in report.diagnostics) == 1
        # What runs in the background is still cut off by the end of the program; and what runs now may have errors of
        # its own.
        is_gone = fix.preferred or "background" not in fix.title
        kinds = {kind for kind in was.about.get(line + 1, ()) if kind[0] == diagnostic.rule}
        left = {kind for kind in kinds if now.complaints[kind] >= was.complaints[kind]}
        if is_gone and is_only_one and left:
            yield f"CPython still complains: {sorted(left)}"
        for old, raised in zip(was.raised, now.raised, strict=False):
            if raised is not None and not _is_expected(raised, old, was):
                yield f"raises {raised} in place of {old}"


def _is_expected(raised: dict[str, Any], old: dict[str, Any] | None, was: Outcome) -> bool:
    """Whether an exception rose before as well, was lost before, or comes out of what did not run before."""
    lost = {name.rpartition(".")[2] for _, name in was.complaints}
    return (
        (old is not None and not set(raised["kinds"]).isdisjoint(old["kinds"]))
        or not lost.isdisjoint(raised["kinds"])
        or not lost.isdisjoint(raised["through"])
    )


def _lines(program: Program) -> set[int]:
    """The lines of the case; of the module, those outside of all cases."""
    tree = ast.parse(program.text)
    cases = [node for node in tree.body if getattr(node, "name", "").startswith("case_")]
    inside = {line for node in cases for line in range(node.lineno - 1, node.end_lineno or 0)}
    return inside if program.case else set(range(program.text.count("\n") + 1)) - inside


def table(mended: list[Mended]) -> str:
    rows = [
        "| rule | findings | with a fix | fixes | run and right | not to be shown there |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for rule in suite.RULES:
        found = [one for one in mended if one.diagnostic.rule == rule]
        fixes = [(one, verdict) for one in found for verdict in one.verdicts]
        right = sum(not verdict.problems for one, verdict in fixes if not one.limit)
        limited = sum(bool(one.limit) for one, _ in fixes)
        fixable = sum(bool(one.verdicts) for one in found)
        rows.append(f"| `{rule}` | {len(found)} | {fixable} | {len(fixes)} | {right} | {limited} |")
    return "\n".join(rows)


def main(arguments: list[str]) -> int:
    document = Path(arguments[arguments.index("--write") + 1]) if "--write" in arguments else None
    named = [Path(argument).resolve() for argument in arguments if argument.endswith(".py")]
    mended: list[Mended] = []
    wrong = 0
    with Oracle(suite.FOLDER) as oracle:
        for file in named or suite.files():
            for one in Workshop(oracle).mend(file):
                mended.append(one)
                if not one.verdicts:
                    print(f"NO FIX {one}")
                if not one.limit:
                    wrong += len(one.problems)
                    print(*(f"WRONG {problem}" for problem in one.problems), sep="\n", end="\n" * bool(one.problems))
                if "--list" in arguments:
                    print(one, *(f"      {verdict.fix.title}" for verdict in one.verdicts), sep="\n")
                sys.stdout.flush()
    print(table(mended))
    without = sum(not one.verdicts for one in mended)
    print(f"{len(mended)} findings, {without} without a fix, {wrong} wrong")
    if document is not None:
        text = document.read_text("utf-8")
        start, end = text.index(_MARKS[0]) + len(_MARKS[0]), text.index(_MARKS[1])
        document.write_text(f"{text[:start]}\n{table(mended)}\n{text[end:]}", "utf-8")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
