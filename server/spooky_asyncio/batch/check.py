"""Check one file, and keep what is to be said of it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from spooky_asyncio.engine import Report
from spooky_asyncio.model import Diagnostic, Fix, Severity
from spooky_asyncio.settings import EditorSettings, Settings
from spooky_asyncio.source import Source, UnreadableSource, decoded
from spooky_asyncio.workspace.paths import shown
from spooky_asyncio.workspace.project import CONFIGURATION, Project, find_root
from spooky_asyncio.workspace.writing import UnwritableFile

log = logging.getLogger(__name__)


NAMELESS = Path("<stdin>")
"""What is shown for the name of a text that came without one."""


@dataclass(frozen=True)
class Finding:
    """A diagnostic with all its fixes, and the text that both are about. The tree it came from is gone by now."""

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


Revise: TypeAlias = Callable[[Project, Report], Report]
"""What is done with a file once it was checked: takes its report, and returns that of the file as it is then.
Raises UnwritableFile."""


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

    def project(self, root: Path) -> Project:
        if self.editor is not None:
            return Project.at(root, self.editor.at(root))
        project = Project.at(root, {} if self.interpreter is None else {"interpreter": self.interpreter})
        severity = {rule: self._severity(rule, set_there) for rule, set_there in project.settings.severity.items()}
        project.settings = replace(project.settings, severity=severity)
        return project

    def _severity(self, rule: str, set_there: Severity | None) -> Severity | None:
        if self.select and rule not in self.select:
            return None
        if rule in self.severity:
            return self.severity[rule]
        # Who asks for a rule by name is not told "no problems" because it is off.
        return set_there or (Settings().severity[rule] if self.select else None)


class Projects:
    """The projects that the files of a run belong to, each read once."""

    def __init__(self, overrides: Overrides) -> None:
        self._overrides = overrides
        self._roots: dict[Path, Path] = {}
        self._projects: dict[Path, Project] = {}

    def around(self, path: Path) -> Project:
        folder = path if path.is_dir() else path.parent
        if folder not in self._roots:
            self._roots[folder] = find_root(folder, self._overrides.folders)
        root = self._roots[folder]
        if root not in self._projects:
            self._projects[root] = self._overrides.project(root)
        return self._projects[root]

    @property
    def problems(self) -> list[Failure]:
        """What is wrong with their settings. Some of it shows only when a file has been checked."""
        return [
            Failure.parsed(problem, project.root / CONFIGURATION)
            for project in self._projects.values()
            for problem in project.problems
        ]


class Checker:
    """Checks one file after the other."""

    def __init__(self, overrides: Overrides) -> None:
        self.projects = Projects(overrides)

    def check(self, file: Path, revise: Revise | None = None) -> Outcome:
        """What came of one file, and what is wrong with the settings as far as it has shown."""
        return self._outcome(file, lambda project: project.check(Source.from_file(file)), revise)

    def check_piped(self, data: bytes, path: Path | None) -> Outcome:
        """The same of what came by standard input, in place of a file that may look different by now, or not be there
        at all."""

        def report(project: Project) -> Report:
            text = decoded(data)
            if path is not None:
                # The project's other files see this text where they look into that file.
                project.overlay = {path: text}.get
                project.reread(path)
            return project.check(Source.from_text(text, path))

        return self._outcome(path or NAMELESS, report, None)

    def _outcome(self, file: Path, report: Callable[[Project], Report], revise: Revise | None) -> Outcome:
        outcome = Outcome()
        _check(file, self.projects, report, outcome, revise)
        outcome.fail(*self.projects.problems)
        return outcome


def _check(
    file: Path, projects: Projects, check: Callable[[Project], Report], outcome: Outcome, revise: Revise | None
) -> None:
    try:
        project = projects.around(file.absolute())
        report = check(project)
    except UnreadableSource as error:
        outcome.unchecked += 1
        outcome.fail(Failure(str(error), file))
        return
    except Exception as error:
        outcome.unchecked += 1
        outcome.fail(_internal_error(file, error))
        return
    failures = []
    problem = report.source.syntax_error
    if problem is not None:
        rest = "the rest of the file was checked" + (", and nothing in it changed" if revise else "")
        failures.append(Failure(f"syntax error: {problem.message}; {rest}", file, problem.line, lasts=True))
    elif revise is not None:
        try:
            report = revise(project, report)
        except UnwritableFile as error:
            outcome.fail(Failure(f"left as it was: {error}", file))
        except Exception as error:
            outcome.fail(_internal_error(file, error))
    failures += [Failure.parsed(line, file) for line in report.failures]
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


def _internal_error(file: Path, error: Exception) -> Failure:
    log.error("failed on %s", file, exc_info=error)
    return Failure(f"internal error: {type(error).__name__}: {error}", file)
