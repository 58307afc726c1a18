"""The fixes of errors that shipped in packages: each is tried in memory, and no code of the packages is run.

usage: python tests/realbugs.py [--python ENVIRONMENT] [--diff] FOLDER [PREFIX]

FOLDER holds `given.jsonl`, an object a line for each error (`id`, `package`, `version`, `file`, `line`, `end_line`,
`also_lines`, `core`, and `class`: A for a coroutine never awaited, B for a task never awaited, C for a task exception
never retrieved), and the unpacked packages under `buggy/PACKAGE-VERSION/`. ENVIRONMENT has the libraries that these
packages need. `--diff` shows what each fix changes; PREFIX restricts it to errors with that beginning.

A fix is right so far if every file that it changes compiles, and the analysis of those files finds what it mends no
more, and nothing new; only the article's own `asyncio.wait` may lead on to an exception that nobody reads. Whether it
does what the maintainers did is for a reader to say: see server/ACCURACY.md.
"""

from __future__ import annotations

import argparse
import difflib
import json
import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cases import applied_everywhere
from fixes import LEADS_ON
from spooky_asyncio.engine import Report
from spooky_asyncio.model import Diagnostic, Fix
from spooky_asyncio.source import Source
from spooky_asyncio.workspace.project import Project
from suite import RULES

RULES_OF_CLASS = {"A": RULES[:1], "B": RULES[1:2], "C": RULES[1:]}
"""Of a task that nobody awaits nobody reads the exception either."""


@dataclass(frozen=True)
class Bug:
    """One line of the table."""

    name: str
    path: Path
    rules: tuple[str, ...]
    lines: frozenset[int]
    """From 0: where a finding counts as this error."""
    is_core: bool

    @classmethod
    def of(cls, row: Mapping[str, Any], folder: Path) -> Bug:
        lines = {*range(row["line"], row["end_line"] + 1), *row["also_lines"]}
        path = folder / "buggy" / f"{row['package']}-{row['version']}" / row["file"]
        rules = RULES_OF_CLASS[row["class"]]
        return cls(row["id"], path, rules, frozenset(line - 1 for line in lines), row["core"])

    def is_shown_by(self, diagnostic: Diagnostic) -> bool:
        spanned = range(diagnostic.range.start.line, diagnostic.range.end.line + 1)
        return diagnostic.rule in self.rules and not self.lines.isdisjoint(spanned)


@dataclass(frozen=True)
class Tried:
    """What became of one fix of one finding."""

    diagnostic: Diagnostic
    fix: Fix
    problems: tuple[str, ...]
    diff: str


class Bench:
    """Tries the fixes of one package."""

    def __init__(self, bug: Bug, python: str) -> None:
        # What other checkers are told to ignore is an error all the same.
        settings = {"peer-suppressions": False} | ({"interpreter": python} if python else {})
        self._project = Project.around(bug.path, settings)
        self._texts: dict[Path, str] = {}
        self._project.overlay = self._texts.get
        self._before: dict[Path, Report] = {}
        self.report = self._saved(bug.path)
        self.findings = [item for item in self.report.diagnostics if bug.is_shown_by(item)]

    @property
    def failures(self) -> list[str]:
        return [*self._project.problems, *self.report.failures]

    def try_all(self) -> Iterator[Tried]:
        for diagnostic in self.findings:
            for fix in self.report.fixes(diagnostic):
                texts = applied_everywhere(self.report.source, fix)
                # Taken here: what a report answers rests on the text that was checked last.
                before = {path: self._saved(path) for path in texts}
                allowed = None if fix.preferred else LEADS_ON.get(diagnostic.rule)
                problems = tuple(self._problems(diagnostic, texts, before, allowed))
                yield Tried(diagnostic, fix, problems, "".join(_diffs(texts, before)))

    def _saved(self, path: Path) -> Report:
        if path not in self._before:
            self._before[path] = self._project.check(Source.from_file(path))
        return self._before[path]

    def _problems(
        self, diagnostic: Diagnostic, texts: Mapping[Path, str], before: Mapping[Path, Report], allowed: str | None
    ) -> Iterator[str]:
        broken = [problem for path, text in texts.items() for problem in _compiled(path, text)]
        if broken:
            yield from broken
            return
        with self._replaced(texts), self._project.trying(self.report):
            after = {path: self._project.check(Source.from_text(text, path)) for path, text in texts.items()}
        was, now = _findings(before), _findings(after)
        if now[diagnostic.rule] >= was[diagnostic.rule]:
            yield "still found"
        for rule in sorted(rule for rule in now if now[rule] > was[rule] and rule != allowed):
            yield f"new: {rule}"
        known = {failure for report in before.values() for failure in report.failures}
        yield from (failure for report in after.values() for failure in report.failures if failure not in known)

    @contextmanager
    def _replaced(self, texts: Mapping[Path, str]) -> Iterator[None]:
        """Let the project see other texts in place of its files."""
        self._texts.update(texts)
        try:
            self._reread(texts)
            yield
        finally:
            self._texts.clear()
            self._reread(texts)

    def _reread(self, texts: Mapping[Path, str]) -> None:
        for path in texts:
            self._project.reread(path)
            self._project.forget(path)


def _compiled(path: Path, text: str) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, path.name, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            yield f"does not compile: {error}"


def _findings(reports: Mapping[Path, Report]) -> Counter[str]:
    return Counter(item.rule for report in reports.values() for item in report.diagnostics)


def _diffs(texts: Mapping[Path, str], before: Mapping[Path, Report]) -> Iterator[str]:
    for path, text in texts.items():
        old, new = (one.splitlines(keepends=True) for one in (before[path].source.text, text))
        yield from difflib.unified_diff(old, new, path.name, path.name, n=2)


def bugs(folder: Path, prefix: str) -> list[Bug]:
    rows = [json.loads(line) for line in (folder / "given.jsonl").read_text("utf-8").splitlines() if line.strip()]
    return [Bug.of(row, folder) for row in rows if row["id"].startswith(prefix)]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--python", default="", help="an environment with what the packages need")
    parser.add_argument("--diff", action="store_true", help="show what each fix changes")
    parser.add_argument("folder", type=Path)
    parser.add_argument("prefix", nargs="?", default="")
    arguments = parser.parse_args()
    count: Counter[str] = Counter()
    for bug in bugs(arguments.folder.resolve(), arguments.prefix):
        count["bugs"] += 1
        if not bug.path.is_file():
            print(f"{bug.name}: not there: {bug.path.name}")
            count["not there"] += 1
            continue
        bench = Bench(bug, arguments.python)
        print(*(f"{bug.name}: {failure}" for failure in bench.failures), sep="\n", end="\n" * bool(bench.failures))
        count["failures"] += len(bench.failures)
        tried = list(bench.try_all())
        count["found"] += bool(bench.findings)
        count["found, of the core"] += bool(bench.findings) and bug.is_core
        count["with a fix"] += bool(tried)
        count["fixes"] += len(tried)
        count["wrong"] += sum(bool(one.problems) for one in tried)
        print(f"{bug.name}: {'found' if bench.findings else 'not found'}, {len(tried)} fixes")
        for one in tried:
            line, mark = one.diagnostic.range.start.line + 1, "*" if one.fix.preferred else " "
            verdict = "; ".join(one.problems) or "right"
            print(f"  {mark} {line}: {one.fix.title} ({one.fix.applicability.value}): {verdict}")
            if arguments.diff:
                print(one.diff)
        sys.stdout.flush()
    print(", ".join(f"{number} {what}" for what, number in count.items()))
    return bool(count["wrong"] or count["not there"] or count["failures"])


if __name__ == "__main__":
    sys.exit(main())
