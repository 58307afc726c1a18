"""Check one file, and keep what is to be said of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from spooky_asyncio.engine import Report
from spooky_asyncio.model import Diagnostic, Fix
from spooky_asyncio.source import Source, UnreadableSource
from spooky_asyncio.workspace.project import Project, find_root
from spooky_asyncio.workspace.writing import UnwritableFile

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finding:
    """A diagnostic with all its fixes, and the text that both are about. The tree it came from is gone by now."""

    path: Path
    lines: Sequence[str] = field(repr=False)
    diagnostic: Diagnostic
    fixes: tuple[Fix, ...]


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
    failures: list[str] = field(default_factory=list)
    """A line for all that was not checked or not as wanted."""
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

    def fail(self, *lines: str) -> None:
        self.failures += [line for line in dict.fromkeys(lines) if line not in self.failures]


Revise: TypeAlias = Callable[[Project, Report], Report]
"""What is done with a file once it was checked: takes its report, and returns that of the file as it is then.
Raises UnwritableFile."""


class Projects:
    """The projects that the files of a run belong to, each read once."""

    def __init__(self, overrides: Mapping[str, Any]) -> None:
        self._overrides = overrides
        self._roots: dict[Path, Path] = {}
        self._projects: dict[Path, Project] = {}

    def around(self, path: Path) -> Project:
        folder = path if path.is_dir() else path.parent
        if folder not in self._roots:
            self._roots[folder] = find_root(folder)
        root = self._roots[folder]
        if root not in self._projects:
            self._projects[root] = Project.at(root, self._overrides)
        return self._projects[root]

    @property
    def problems(self) -> list[str]:
        """What is wrong with their settings. Some of it shows only when a file has been checked."""
        return [problem for project in self._projects.values() for problem in project.problems]


class Checker:
    """Checks one file after the other."""

    def __init__(self, overrides: Mapping[str, Any]) -> None:
        self.projects = Projects(overrides)

    def check(self, file: Path, revise: Revise | None = None) -> Outcome:
        """What came of one file, and what is wrong with the settings as far as it has shown."""
        outcome = Outcome()
        _check(file, self.projects, outcome, revise)
        outcome.fail(*self.projects.problems)
        return outcome


def shown(path: Path) -> str:
    """As the user would write it: relative, if it lies below the current folder."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def _check(file: Path, projects: Projects, outcome: Outcome, revise: Revise | None) -> None:
    try:
        project = projects.around(file)
        report = project.check(Source.from_file(file))
    except UnreadableSource as error:
        outcome.unchecked += 1
        outcome.fail(f"{shown(file)}: {error}")
        return
    except Exception as error:
        outcome.unchecked += 1
        outcome.fail(_internal_error(file, error))
        return
    failures = []
    problem = report.source.syntax_error
    if problem is not None:
        where = f"{shown(file)}:{problem.line + 1}"
        rest = "the rest of the file was checked" + (", and nothing in it changed" if revise else "")
        failures.append(f"{where}: syntax error: {problem.message}; {rest}")
    elif revise is not None:
        try:
            report = revise(project, report)
        except UnwritableFile as error:
            outcome.fail(f"{shown(file)}: left as it was: {error}")
        except Exception as error:
            outcome.fail(_internal_error(file, error))
    failures += report.failures
    outcome.checked += 1
    outcome.partly += bool(failures)
    for diagnostic in report.diagnostics:
        try:
            fixes = tuple(report.fixes(diagnostic))
        except Exception as error:
            # Without its fixes, the finding is as true as before.
            fixes = ()
            failures.append(_internal_error(file, error))
        outcome.findings.append(Finding(file, report.source.lines, diagnostic, fixes))
    outcome.fail(*failures)


def _internal_error(file: Path, error: Exception) -> str:
    log.error("failed on %s", file, exc_info=error)
    return f"{shown(file)}: internal error: {type(error).__name__}: {error}"
