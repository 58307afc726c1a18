"""Fix files, and say what was fixed and what remains."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.text import Text

from spooky_asyncio.batch.outcome import Outcome, Overrides
from spooky_asyncio.batch.run import run
from spooky_asyncio.cli.diff import write_colored, write_patch
from spooky_asyncio.cli.formats.headline import closing
from spooky_asyncio.cli.formats.text import write_findings
from spooky_asyncio.cli.summary import count, files
from spooky_asyncio.cli.summary import summary as summary_of_check
from spooky_asyncio.cli.terminal import console
from spooky_asyncio.engine import Report, fix_all
from spooky_asyncio.model import Applicability, Diagnostic, Fix
from spooky_asyncio.workspace.foreign import printable
from spooky_asyncio.workspace.paths import shown
from spooky_asyncio.workspace.project import Project
from spooky_asyncio.workspace.writing import Change


@dataclass
class Fixing:
    """What is wanted of a run, and what came of it."""

    rules: Collection[str]
    """Those whose findings count; none for all."""
    unsafe: bool
    dry: bool
    """Change nothing."""
    outcome: Outcome = field(default_factory=Outcome)
    """The findings are those that remain."""
    fixed: dict[Path, int] = field(default_factory=dict)
    """How many problems of which files were fixed, or would be."""
    changes: list[Change] = field(default_factory=list)
    """What a dry run would do to the files."""
    finished: set[Path] = field(default_factory=set)
    """The files that nothing kept from being fixed."""

    def run(self, paths: Sequence[Path], overrides: Overrides) -> None:
        self.outcome = run(paths, overrides, self._fix)
        self.outcome.findings = [found for found in self.outcome.findings if self._counts(found.diagnostic)]

    def status(self) -> int:
        """0 and 1 are said only of a run in which nothing went wrong."""
        if self.outcome.failures:
            return 2
        return int(bool(self.fixed if self.dry else self.outcome.findings))

    def _fix(self, project: Project, report: Report) -> Report:
        fixed = fix_all(report, project.check, self._is_wanted)
        path = report.source.path
        assert path is not None
        if fixed.fixes:
            change = Change.of(path, report.source.text, fixed.text)
            if self.dry:
                self.changes.append(change)
            else:
                change.write()
                project.forget()
            self.fixed[path] = len(report.findings) - len(fixed.report.findings)
        self.finished.add(path)
        return fixed.report

    def _is_wanted(self, diagnostic: Diagnostic, fix: Fix) -> bool:
        return self._counts(diagnostic) and (self.unsafe or fix.applicability is Applicability.SAFE)

    def _counts(self, diagnostic: Diagnostic) -> bool:
        return not self.rules or diagnostic.rule in self.rules


def write(fixing: Fixing, color: str) -> None:
    """What was fixed and what remains. A dry run writes the patch and nothing else, for programs may read it."""
    terminal = console(color, sys.stdout)
    if not fixing.dry:
        for path, number in fixing.fixed.items():
            name, done = (printable(shown(path)), "bold"), ("fixed", "bold green")
            terminal.print(Text.assemble(name, ": ", done, f" {count(number, 'problem')}"), soft_wrap=True)
        if fixing.fixed:
            terminal.print()
        write_findings(fixing.outcome, terminal)
        closing(filter(None, [summary(fixing)]), terminal)
    elif sys.stdout.isatty() or color == "always":
        write_colored(fixing.changes, terminal)
    else:
        write_patch(fixing.changes)


def summary(fixing: Fixing) -> str:
    """Empty where there was nothing to fix."""
    outcome, number = fixing.outcome, sum(fixing.fixed.values())
    if not outcome.checked or not (number or outcome.findings):
        return summary_of_check(outcome)
    done, remain = ("Would fix", "would remain") if fixing.dry else ("Fixed", "remain")
    where = f"in {len(fixing.fixed)} of {files(outcome)}" if number else f"in {files(outcome)}"
    fixed = f"{done} {count(number, 'problem') if number else 'nothing'} {where}."
    left = len(outcome.findings)
    if left == 1 and not fixing.dry:
        remain = "remains"
    return f"{fixed} {count(left, 'problem')} {remain}{_more(fixing)}." if left else fixed


def _more(fixing: Fixing) -> str:
    """Why there are fixes for some of what remains, and how the user can have them."""
    preferred = [found.fixes[0] for found in fixing.outcome.findings if found.fixes and found.path in fixing.finished]
    looked_at = sum(fix.wants_a_look for fix in preferred)
    unsafe = sum(
        not (fix.wants_a_look or fixing.unsafe or fix.applicability is Applicability.SAFE) for fix in preferred
    )
    in_vain = len(preferred) - looked_at - unsafe
    said = [f"--unsafe would fix {unsafe}"] if unsafe else []
    said += [f"an editor can fix {looked_at}, in all the places that have to change"] if looked_at else []
    said += [f"the fix of {in_vain} would leave a problem behind"] if in_vain else []
    return "".join(f"; {part}" for part in said)
