"""Generated programs: what the analysis finds in them is compared with what CPython complains of.

Each program is one function. CPython runs it with all values of its parameters, which stand for conditions, and its
complaints in all these runs together are what the analysis is to find.

usage: python tests/generated.py [--seed SEED] [--count COUNT] [--most MOST] [--keep]

Prints the disagreements, each shrunk to the smallest program that shows it; `--keep` writes these to tests/generated,
where they are tests from then on.
"""

from __future__ import annotations

import argparse
import ast
import itertools
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from generator import Writer
from generator_forms import PRELUDE
from lazy_loop import Outcome, Runner
from shrinker import shrunk
from spooky_asyncio.source import Source
from spooky_asyncio.workspace.project import Project

FOLDER = Path(__file__).parent / "generated"
BATCH = 50
"""Programs that are analyzed in one file."""

Findings: TypeAlias = "frozenset[tuple[int, str]]"
"""Line and rule."""

_OF_WAITS = "task-exception-never-retrieved"
_HEAD = "# ruff: noqa\n# fmt: off\n"
_OWN_NAMES = re.compile(r"\b(v\d+|flag\d*|program_\d+|[abc])\b")


@dataclass(frozen=True)
class Disagreement:
    text: str
    by_cpython: Findings
    by_analysis: Findings

    @property
    def kinds(self) -> frozenset[tuple[str, str]]:
        missed = {("missed", rule) for _, rule in self.by_cpython - self.by_analysis}
        return frozenset(missed | {("false alarm", rule) for _, rule in self.by_analysis - self.by_cpython})

    @property
    def shape(self) -> str:
        """The same for programs that differ in nothing but names."""
        names: dict[str, str] = {}
        text = _OWN_NAMES.sub(lambda match: names.setdefault(match[0], f"n{len(names)}"), self.text)
        return f"{sorted(self.kinds)} {text}"

    def __str__(self) -> str:
        told = [" ".join(kind) for kind in sorted(self.kinds)]
        told += [f"CPython: {_listed(self.by_cpython)}", f"analysis: {_listed(self.by_analysis)}"]
        lines = self.text.rstrip().split("\n")
        return "\n".join([*told, *(f"{number:3} {line}" for number, line in enumerate(lines, 1))])


class Comparison:
    """What CPython and the analysis say of the same programs."""

    def __init__(self, runner: Runner, folder: Path) -> None:
        self._runner = runner
        self._folder = folder
        self._project = Project.at(folder)
        self._numbers = itertools.count()

    def disagreements(self, programs: Iterable[tuple[str, Outcome]]) -> Iterator[Disagreement]:
        """Those about programs that have been run."""
        programs = iter(programs)
        while batch := list(itertools.islice(programs, BATCH)):
            for (text, outcome), found in zip(batch, self._findings([text for text, _ in batch]), strict=True):
                disagreement = self._judged(text, found) if found != outcome.complaints else None
                if disagreement is not None:
                    yield disagreement

    def disagreement(self, text: str) -> Disagreement | None:
        [found] = self._findings([text])
        return self._judged(text, found)

    def shrunk(self, disagreement: Disagreement) -> Disagreement:
        """The smallest program about which there is a disagreement of the same kind."""
        kind = min(disagreement.kinds)

        def still_shows(text: str) -> bool:
            found = self.disagreement(text)
            return found is not None and kind in found.kinds

        return self.disagreement(shrunk(disagreement.text, still_shows)) or disagreement

    def _judged(self, text: str, found: Findings) -> Disagreement | None:
        """The disagreement about one program, but for lines where one of the two has nothing to say: what is never
        run CPython can't complain of, and what is out of sight the analysis does not report."""
        outcome = self._runner.run(text, traced=True)
        if outcome.raised:
            return None
        found = frozenset((line, rule) for line, rule in found if line in outcome.executed)
        missed = outcome.complaints - found
        if missed:
            silent = _silent_lines(text)
            # A wait stands elsewhere than what made its tasks.
            missed = frozenset(
                (line, rule) for line, rule in missed if line not in silent and not (silent and rule == _OF_WAITS)
            )
        by_cpython = missed | (outcome.complaints & found)
        return Disagreement(text, by_cpython, found) if by_cpython != found else None

    def _findings(self, programs: list[str]) -> list[Findings]:
        """What the analysis finds in each, with all of them in one file: there is much that it asks once a file."""
        text, starts = PRELUDE, []
        for program in programs:
            text += "\n\n"
            starts.append(text.count("\n"))
            text += program
        report = self._project.check(Source.from_text(text, self._folder / f"programs_{next(self._numbers)}.py"))
        if report.failures:
            raise RuntimeError("\n".join(report.failures))
        found = [(item.range.start.line, item.rule) for item in report.diagnostics]
        ends = [*starts[1:], sys.maxsize]
        return [
            frozenset((line - start + 1, rule) for line, rule in found if start <= line < end)
            for start, end in zip(starts, ends, strict=True)
        ]


@contextmanager
def comparison() -> Iterator[tuple[Comparison, Runner]]:
    runner = Runner(PRELUDE)
    with tempfile.TemporaryDirectory() as folder, runner.listening():
        yield Comparison(runner, Path(folder)), runner


def programs(seed: int, count: int, runner: Runner) -> Iterator[tuple[str, Outcome]]:
    """Random programs that never raise, each the same for the same seed and number whatever the count."""
    for number in range(count):
        rng = random.Random(f"{seed} {number}")
        while True:
            text = Writer(rng).function(f"program_{number}")
            outcome = runner.run(text)
            if not outcome.raised:
                yield text, outcome
                break


def kept() -> list[Path]:
    """The programs that once were disagreements."""
    return sorted(FOLDER.glob("*.py"))


def keep(disagreement: Disagreement) -> Path:
    """Write it where it is a test from then on. The prelude is not written: see `generator_forms.PRELUDE`."""
    rule = min(disagreement.kinds)[1]
    names = (FOLDER / f"{rule.replace('-', '_')}_{number}.py" for number in itertools.count(1))
    file = next(name for name in names if not name.exists())
    FOLDER.mkdir(exist_ok=True)
    text = re.sub(r"\bprogram_\d+\b", "program", disagreement.text)
    head = f"{_HEAD}# CPython: "
    moved = frozenset((line + head.count("\n") + 1, rule) for line, rule in disagreement.by_cpython)
    file.write_text(f"{head}{_listed(moved)}\n{text}", "utf-8")
    return file


# What the analysis is not to report


def _silent_lines(text: str) -> set[int]:
    """Lines on which it is right to be silent: where a function within has the names of another in its hands, and
    where tests further on may well be the question in other words that was asked around the line."""
    tree = ast.parse(text)
    nested = (ast.AsyncFunctionDef, ast.FunctionDef)
    if sum(isinstance(node, nested) for node in ast.walk(tree)) > 1:
        return set(range(1, text.count("\n") + 2))
    found: set[int] = set()
    for branch in ast.walk(tree):
        if isinstance(branch, (ast.If, ast.Match, ast.While, ast.Try)) and _has_relatives(branch, tree):
            found.update(range(branch.lineno, (branch.end_lineno or branch.lineno) + 1))
    return found


def _has_relatives(branch: ast.stmt, tree: ast.AST) -> bool:
    """Whether a test after a branch names what the branch names, and is not one of the tests around it."""
    names = {node.id for node in ast.walk(branch) if isinstance(node, ast.Name)}
    around = [node for node in ast.walk(tree) if isinstance(node, (ast.If, ast.While)) and branch in ast.walk(node)]
    asked = {_question(node.test) for node in around}
    end = branch.end_lineno or branch.lineno
    later = [test for node in ast.walk(tree) for test in _tests_of(node) if test.lineno > end]
    return any(
        _question(test) not in asked and any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(test))
        for test in later
    )


def _tests_of(node: ast.AST) -> list[ast.expr]:
    """What decides which part of a statement or expression is run."""
    if isinstance(node, ast.BoolOp):
        return node.values[:-1]
    return [node.test] if isinstance(node, (ast.If, ast.While, ast.IfExp)) else []


def _question(test: ast.expr) -> str:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _question(test.operand)
    return re.sub(r" is (not )?None$", "", ast.unparse(test))


# The command


def _listed(findings: Findings) -> str:
    return ", ".join(f"{line} {rule}" for line, rule in sorted(findings)) or "nothing"


def _report(found: Iterable[Disagreement], compared: Comparison, options: argparse.Namespace) -> Counter[str]:
    """Print the disagreements, up to a number of them shrunk, and count them all by their kinds."""
    kinds: Counter[str] = Counter()
    shapes: set[str] = set()
    for disagreement in found:
        kinds.update(" ".join(kind) for kind in disagreement.kinds)
        if len(shapes) >= options.most or (options.false and min(disagreement.kinds)[0] != "false alarm"):
            continue
        small = compared.shrunk(disagreement)
        if small.shape not in shapes:
            shapes.add(small.shape)
            print(small, end="\n\n", flush=True)
            if options.keep:
                print(f"kept as {keep(small)}\n")
    return kinds


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="compare the analysis with CPython on random programs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000, help="how many programs")
    parser.add_argument("--most", type=int, default=20, help="how many disagreements are shrunk and shown")
    parser.add_argument("--false", action="store_true", help="show false alarms only")
    parser.add_argument("--keep", action="store_true", help="write what is shown to tests/generated")
    options = parser.parse_args(arguments)
    start = time.monotonic()
    with comparison() as (compared, runner):
        found = compared.disagreements(programs(options.seed, options.count, runner))
        kinds = _report(found, compared, options)
    print(f"{options.count} programs in {time.monotonic() - start:.0f} s, {kinds.total()} disagreements")
    for kind, number in kinds.most_common():
        print(f"{number:5} {kind}")
    return bool(kinds)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
