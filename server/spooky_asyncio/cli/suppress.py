"""Write comments that keep quiet what is there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import click

from spooky_asyncio.cli.changing import Changing
from spooky_asyncio.engine import Fixed, Report, suppress_all
from spooky_asyncio.model import Diagnostic
from spooky_asyncio.suppression import UNUSED
from spooky_asyncio.workspace.project import Project


@dataclass
class Suppressing(Changing):
    rules: Collection[str]
    """Those whose findings count; none for all. A comment of no use is removed by `spooky fix`, not kept quiet."""

    infinitive, past = "ignore", "ignored"

    def __post_init__(self) -> None:
        """Raises click.UsageError."""
        if UNUSED in self.rules:
            raise click.UsageError(f"{UNUSED} is about comments that are of no use: `spooky fix` removes them.")

    def counts(self, diagnostic: Diagnostic) -> bool:
        return diagnostic.rule != UNUSED and (not self.rules or diagnostic.rule in self.rules)

    def changed(self, project: Project, report: Report) -> Fixed:
        return suppress_all(report, project.check, self.counts)

    def why(self) -> str:
        said = [found for found in self.outcome.findings if found.path in self.finished]
        return f"; no comment can be about {len(said)} alone" if said else ""
