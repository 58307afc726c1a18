"""Fixes of generated programs: each is applied alone, and the program is analyzed and run before and after.

usage: python tests/generated_fixes.py [--seed SEED] [--count COUNT]

Prints the fixes that are wrong. What is never run is only analyzed, and so are two kinds of fix: the event loop of
generated programs, in which only awaited tasks go on, does not know that a task group awaits its tasks; and as it
always runs already, `asyncio.run` fails in it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cases import applied
from fixes import LEADS_ON
from generated import programs
from generator_forms import PRELUDE
from lazy_loop import Outcome, Runner
from spooky_asyncio.engine import Report
from spooky_asyncio.model import Diagnostic, Fix
from spooky_asyncio.source import Source
from spooky_asyncio.workspace.project import Project

_GAP = "\n\n"


@dataclass(frozen=True)
class Tried:
    """A fix of a generated program, and what is wrong with it."""

    text: str
    fixed: str
    diagnostic: Diagnostic
    fix: Fix
    problems: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([f"{self.fix.title}: {'; '.join(self.problems)}", self.text, "=>", self.fixed])


def tried(seed: int, count: int) -> Iterator[Tried]:
    """All fixes of all findings in `count` random programs."""
    runner = Runner(PRELUDE)
    with tempfile.TemporaryDirectory() as folder, runner.listening():
        project = Project.at(Path(folder))
        for number, (text, outcome) in enumerate(programs(seed, count, runner)):
            if not outcome.complaints:
                continue
            path = Path(folder) / f"program_{number}.py"
            report = project.check(Source.from_text(PRELUDE + _GAP + text, path))
            for diagnostic in report.diagnostics:
                for fix in report.fixes(diagnostic):
                    fixed = applied(report.source, fix)
                    again = project.check(Source.from_text(fixed, path))
                    prelude, body = _split(fixed, text)
                    problems = list(_analyzed(report, again, diagnostic, fix))
                    line = diagnostic.range.start.line - (PRELUDE + _GAP).count("\n") + 1
                    is_seen = (line, diagnostic.rule) in outcome.complaints
                    if is_seen and "TaskGroup" not in body and "asyncio.run(" not in body:
                        problems += _run(runner, prelude, body, outcome, report, diagnostic, fix)
                    yield Tried(text, body, diagnostic, fix, tuple(problems))


def _split(fixed: str, text: str) -> tuple[str, str]:
    """What stands before the one function of a program, and the function."""
    head = text.partition("(")[0]
    start = fixed.index(head)
    return fixed[:start], fixed[start:]


def _allowed(diagnostic: Diagnostic, fix: Fix) -> set[str]:
    leads_on = LEADS_ON.get(diagnostic.rule)
    return set() if fix.preferred or leads_on is None else {leads_on}


def _analyzed(before: Report, after: Report, diagnostic: Diagnostic, fix: Fix) -> Iterator[str]:
    was, now = (Counter(item.rule for item in report.diagnostics) for report in (before, after))
    if after.source.syntax_error is not None or not after.source.compiles:
        yield f"does not compile: {after.source.syntax_error}"
    elif now[diagnostic.rule] >= was[diagnostic.rule]:
        yield "the analysis still finds it"
    elif {rule for rule in now if now[rule] > was[rule]} - _allowed(diagnostic, fix):
        yield "the analysis finds something new"


def _run(
    runner: Runner, prelude: str, body: str, outcome: Outcome, report: Report, diagnostic: Diagnostic, fix: Fix
) -> Iterator[str]:
    ran = (runner if prelude == PRELUDE + _GAP else runner.beginning_with(prelude)).run(body)
    if ran.raised:
        # The failing coroutines raise ValueError, and what was used in place of a result may be no good as one.
        is_result = "place of its result" in diagnostic.message or "gets the" in diagnostic.message
        if not is_result and not ran.raised.startswith(("ValueError", "AssertionError")):
            yield f"raises {ran.raised}"
        return
    was, now = (Counter(rule for _, rule in one.complaints) for one in (outcome, ran))
    fresh = set(now) - set(was) - {item.rule for item in report.diagnostics} - _allowed(diagnostic, fix)
    if fresh:
        yield f"CPython has new complaints: {sorted(fresh)}"
    # Complaints are told apart by their lines, and another one may be left on this.
    line = diagnostic.range.start.line
    alone = sum(item.range.start.line == line and item.rule == diagnostic.rule for item in report.diagnostics) == 1
    if now[diagnostic.rule] >= was[diagnostic.rule] and alone and "background" not in fix.title:
        yield "CPython still complains"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="try the fixes of random programs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200, help="how many programs")
    options = parser.parse_args(arguments)
    count = wrong = 0
    for one in tried(options.seed, options.count):
        count += 1
        if one.problems:
            wrong += 1
            print(one, end="\n\n", flush=True)
    print(f"{options.count} programs, {count} fixes, {wrong} wrong")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
