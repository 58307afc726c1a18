"""What the commands that change files have in common: they do it file by file, or show what they would do, and say
what came of it."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.text import Text

from spooky_asyncio import garbage
from spooky_asyncio.batch.outcome import Outcome, Overrides
from spooky_asyncio.batch.run import run
from spooky_asyncio.batch.selection import Selection
from spooky_asyncio.cli import streams
from spooky_asyncio.cli.diff import write_colored, write_patch
from spooky_asyncio.cli.formats.headline import closing
from spooky_asyncio.cli.formats.text import write_findings
from spooky_asyncio.cli.progress import tracked
from spooky_asyncio.cli.summary import count, files
from spooky_asyncio.cli.summary import summary as summary_of_check
from spooky_asyncio.cli.terminal import console
from spooky_asyncio.engine import Fixed, Report
from spooky_asyncio.model import Diagnostic
from spooky_asyncio.workspace.foreign import printable
from spooky_asyncio.workspace.paths import shown
from spooky_asyncio.workspace.project import Project
from spooky_asyncio.workspace.writing import Change


@dataclass
class Changing(ABC):
    """What is wanted of a run, and what came of it."""

    dry: bool
    """Change nothing."""
    outcome: Outcome = field(default_factory=Outcome, init=False)
    """The findings are those that remain."""
    done: dict[Path, int] = field(default_factory=dict, init=False)
    """How many problems of which files are dealt with, or would be."""
    changes: list[Change] = field(default_factory=list, init=False)
    """What a dry run would do to the files."""
    finished: set[Path] = field(default_factory=set, init=False)
    """The files that nothing kept from being changed."""

    infinitive = past = ""
    """The verb."""

    @abstractmethod
    def counts(self, diagnostic: Diagnostic) -> bool:
        """Whether a finding is one of those that it is about."""

    @abstractmethod
    def changed(self, project: Project, report: Report) -> Fixed: ...

    def why(self) -> str:
        """What is to be said of findings that remain."""
        return ""

    def run(self, paths: Sequence[Path], overrides: Overrides, selection: Selection) -> None:
        garbage.look_when_told(garbage.MANY)
        self.outcome = run(paths, overrides, self._revise, tracked=tracked, selection=selection)
        self.outcome.findings = [found for found in self.outcome.findings if self.counts(found.diagnostic)]

    def status(self) -> int:
        """0 and 1 are said only of a run in which nothing went wrong."""
        if self.outcome.failures:
            return 2
        return int(bool(self.done if self.dry else self.outcome.findings))

    def write(self, color: str) -> None:
        """What was done and what remains. A dry run writes the patch and nothing else, for programs may read it."""
        terminal = console(color, sys.stdout)
        if not self.dry:
            for path, number in self.done.items():
                name, done = (printable(shown(path)), "bold"), (self.past, "bold green")
                terminal.print(Text.assemble(name, ": ", done, f" {count(number, 'problem')}"), soft_wrap=True)
            if self.done:
                terminal.print()
            write_findings(self.outcome, terminal)
            closing(filter(None, [self.summary()]), terminal)
        elif sys.stdout.isatty() or color == "always":
            write_colored(self.changes, terminal)
        else:
            write_patch(self.changes)

    def summary(self) -> str:
        """Empty where there was nothing to do."""
        outcome, number = self.outcome, sum(self.done.values())
        if not outcome.checked or not (number or outcome.findings):
            return summary_of_check(outcome)
        what, remain = (f"Would {self.infinitive}", "would remain") if self.dry else (self.past.capitalize(), "remain")
        where = f"in {len(self.done)} of {files(outcome)}" if number else f"in {files(outcome)}"
        done = f"{what} {count(number, 'problem') if number else 'nothing'} {where}."
        left = len(outcome.findings)
        if left == 1 and not self.dry:
            remain = "remains"
        return f"{done} {count(left, 'problem')} {remain}{self.why()}." if left else done

    def _revise(self, project: Project, report: Report) -> Report:
        changed = self.changed(project, report)
        path = report.source.path
        assert path is not None
        if changed.fixes:
            change = Change.of(path, report.source.text, changed.text)
            if self.dry:
                self.changes.append(change)
            else:
                change.write()
                project.forget()
            self.done[path] = len(report.findings) - len(changed.report.findings)
        self.finished.add(path)
        return changed.report


def carry_out(
    changing: Changing, paths: Sequence[Path], interpreter: str | None, force_exclude: bool, color: str
) -> int:
    """Do it and say so: the exit status."""
    try:
        changing.run(paths or (Path("."),), Overrides(interpreter=interpreter), Selection(force_exclude=force_exclude))
    except KeyboardInterrupt:
        if changing.done and not changing.dry:
            before = ", ".join(map(str, changing.done))
            streams.complain(f"interrupted; {changing.past} before: {before}")
        raise
    written = streams.written(lambda: changing.write(color))
    for line in (*changing.outcome.failures, *changing.outcome.notes, changing.summary() if changing.dry else ""):
        if line:
            streams.complain(str(line))
    return changing.status() if written else 2
