"""Which files of a run are checked, and which findings are told: those of one shard, on lines that have changed, not
accepted before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from spooky_asyncio.batch.baseline import Baseline, Baselines, Looked, renewed
from spooky_asyncio.batch.check import Projects
from spooky_asyncio.batch.outcome import Finding, Outcome
from spooky_asyncio.batch.shard import Shard
from spooky_asyncio.workspace.changes import Changes
from spooky_asyncio.workspace.files import is_excluded
from spooky_asyncio.workspace.project import Project


@dataclass
class Selection:
    shard: Shard | None = None
    changes: Changes | None = None
    baselines: Baselines | None = None
    """None for all findings, accepted or not."""
    renewing: Baseline | None = None
    """The one in which all that is found is to be accepted."""
    force_exclude: bool = False
    """Whether files are left out that the settings exclude, even if they were named."""
    renewed: Baseline | None = field(default=None, init=False)
    """What came of `renewing`, after `apply`."""

    def wants(self, file: Path, project: Project) -> bool:
        """Raises UnknownRevision, and UnusableBaseline: before the work rather than after it."""
        if self.baselines is not None:
            self.baselines.of(project)
        if self.force_exclude and is_excluded(file, project):
            return False
        if self.shard is not None and not self.shard.has(file, project.root):
            return False
        return self.changes is None or self.changes.touch(file)

    def apply(self, outcome: Outcome, paths: Sequence[Path], files: Sequence[Path], projects: Projects) -> None:
        """Leave the findings that are told. `files` are those in `paths` that it wants. Raises UnknownRevision."""
        looked = Looked(paths, files, projects, is_whole=self.shard is None and self.changes is None)
        if self.renewing is not None:
            self.renewed = renewed(self.renewing, outcome, looked)
            outcome.accepted += len(outcome.findings)
            outcome.findings = []
        if self.baselines is not None:
            self.baselines.withdraw(outcome, looked)
        if self.changes is not None:
            outcome.findings = [
                finding
                for path, group in groupby(outcome.findings, lambda finding: finding.path)
                for finding in _changed(path, list(group), self.changes)
            ]


def _changed(path: Path, findings: Sequence[Finding], changes: Changes) -> Iterator[Finding]:
    lines = changes.lines(path, findings[0].lines)
    for finding in findings:
        span = finding.diagnostic.range
        if any(line in lines for line in range(span.start.line, span.end.line + 1)):
            yield finding
