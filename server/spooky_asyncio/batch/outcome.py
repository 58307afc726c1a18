"""What a run over files is asked for, and what comes of it: words that need none of what analyzes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from spooky_asyncio.model import Diagnostic, Fix, Severity
from spooky_asyncio.settings import EditorSettings, Settings
from spooky_asyncio.workspace.paths import shown


@dataclass(frozen=True)
class Finding:
    """A diagnostic, its fixes where they are wanted, and the text that both are about. The tree it came from is gone by
    now."""

    path: Path
    lines: Sequence[str] = field(repr=False)
    diagnostic: Diagnostic
    fixes: tuple[Fix, ...]


@dataclass(frozen=True)
class Failure:
    """Something that was not checked, or not as wanted."""

    message: str
    path: Path | None = None
    """The file or folder that it is about, if it is about one."""
    line: int | None = None
    """Counted from 0."""
    lasts: bool = False
    """Whether it is the same each time, as long as the file is."""

    @classmethod
    def parsed(cls, text: str, path: Path) -> Failure:
        """From a line that may begin with the path, and with the number of a line in it."""
        found = re.match(rf"{re.escape(str(path))}(?::(\d+))?: ", text)
        if found is None:
            return cls(text)
        return cls(text[found.end() :], path, int(found[1]) - 1 if found[1] else None)

    def __str__(self) -> str:
        if self.path is None:
            return self.message
        line = "" if self.line is None else f":{self.line + 1}"
        return f"{shown(self.path)}{line}: {self.message}"


@dataclass
class Outcome:
    """What came of one file, or of many."""

    findings: list[Finding] = field(default_factory=list)
    """By path, then by place."""
    checked: int = 0
    """Files checked, also if only in part."""
    partly: int = 0
    """Files of which some part was not checked."""
    unchecked: int = 0
    """Files and folders that could not be checked at all."""
    failures: list[Failure] = field(default_factory=list)
    accepted: int = 0
    """Findings that a baseline has, and `findings` has not."""
    notes: list[str] = field(default_factory=list)
    """What else is worth saying, but is no failure."""

    def status(self, exit_zero: bool = False) -> int:
        if self.findings and not exit_zero:
            return 1
        return 2 if self.failures else 0

    def add(self, other: Outcome) -> None:
        """What came of further files."""
        self.findings += other.findings
        self.checked += other.checked
        self.partly += other.partly
        self.unchecked += other.unchecked
        self.fail(*other.failures)

    def fail(self, *failures: Failure) -> None:
        self.failures += [failure for failure in dict.fromkeys(failures) if failure not in self.failures]


@dataclass(frozen=True)
class Overrides:
    """What the command line, or an editor, wants of every project, whatever the project's own settings say."""

    editor: EditorSettings | None = None
    folders: tuple[Path, ...] = ()
    """Those that an editor has open: what lies in one and has no project of its own is one of them."""
    interpreter: str | None = None
    select: frozenset[str] = frozenset()
    """The only rules to count; none for all."""
    severity: Mapping[str, Severity | None] = field(default_factory=dict)
    """By rule, None for one that does not count."""
    fixes: bool = True
    """Whether anybody reads them: they cost more than the findings."""

    def severity_of(self, rule: str, set_there: Severity | None) -> Severity | None:
        """How a rule is to report that is set to `set_there` in its project."""
        if self.select and rule not in self.select:
            return None
        if rule in self.severity:
            return self.severity[rule]
        # Who asks for a rule by name is not told "no problems" because it is off.
        return set_there or (Settings().severity[rule] if self.select else None)
