"""Fix files, and say what was fixed and what remains."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from spooky_asyncio.cli.changing import Changing
from spooky_asyncio.engine import Fixed, Report, fix_all
from spooky_asyncio.model import Applicability, Diagnostic, Fix
from spooky_asyncio.workspace.project import Project


@dataclass
class Fixing(Changing):
    rules: Collection[str]
    """Those whose findings count; none for all."""
    unsafe: bool

    infinitive, past = "fix", "fixed"

    def counts(self, diagnostic: Diagnostic) -> bool:
        return not self.rules or diagnostic.rule in self.rules

    def changed(self, project: Project, report: Report) -> Fixed:
        return fix_all(report, project.check, self._is_wanted)

    def why(self) -> str:
        """Why there are fixes for some of what remains, and how the user can have them."""
        preferred = [found.fixes[0] for found in self.outcome.findings if found.fixes and found.path in self.finished]
        looked_at = sum(fix.wants_a_look for fix in preferred)
        unsafe = sum(
            not (fix.wants_a_look or self.unsafe or fix.applicability is Applicability.SAFE) for fix in preferred
        )
        in_vain = len(preferred) - looked_at - unsafe
        said = [f"--unsafe would fix {unsafe}"] if unsafe else []
        said += [f"an editor can fix {looked_at}, in all the places that have to change"] if looked_at else []
        said += [f"the fix of {in_vain} would leave a problem behind"] if in_vain else []
        return "".join(f"; {part}" for part in said)

    def _is_wanted(self, diagnostic: Diagnostic, fix: Fix) -> bool:
        return self.counts(diagnostic) and (self.unsafe or fix.applicability is Applicability.SAFE)
